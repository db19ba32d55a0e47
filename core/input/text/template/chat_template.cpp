#include "core/input/text/template/chat_template.h"

#include "core/api/utf8.h"
#include "core/input/text/template/from_json.h"
#include "core/input/text/template/interpreter.h"
#include "core/input/text/template/parser.h"

#include <algorithm>
#include <new>
#include <unordered_map>

namespace fovea {
namespace {

constexpr std::size_t kLargestSource = 1'000'000;

std::string remedy_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnsupported:
      return "Use a version of the model with a plainer chat template.";
    case ErrorCode::kDamagedModel:
      return "Fetch the model's chat template again.";
    default:
      return {};
  }
}

Error error_of(const jinja::Failure& failure, int line) {
  Error error;
  error.code = failure.code;
  error.message = failure.message;
  if (failure.code == ErrorCode::kInvalidArgument) error.field = "messages";
  if (failure.verbatim) return error;
  const int where = failure.line > 0 ? failure.line : line;
  error.message = where > 0
                      ? "The model's chat template, line " + std::to_string(where) + ": " + failure.message
                      : "The model's chat template: " + failure.message;
  error.remedy = remedy_for(failure.code);
  return error;
}

Error out_of_memory() {
  return Error{ErrorCode::kOutOfMemory, "There is not enough memory to write the prompt.", "", ""};
}

std::tm local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm out{};
  ::localtime_r(&now, &out);
  return out;
}

}  // namespace

struct ChatTemplate::Compiled {
  jinja::Program program;
};

Result<ChatTemplate> ChatTemplate::compile(std::string_view source) {
  if (source.size() > kLargestSource) {
    return Error{ErrorCode::kTooLarge, "The model's chat template is over 1 MB.", "", ""};
  }
  if (!is_utf8(source)) {
    return Error{ErrorCode::kInvalidText, "The model's chat template is not UTF-8 text.", "", ""};
  }
  try {
    auto compiled = std::make_shared<Compiled>();
    compiled->program = jinja::parse(source);
    return ChatTemplate(std::move(compiled));
  } catch (const jinja::Failure& failure) {
    return error_of(failure, 0);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

Result<std::string> ChatTemplate::render(const Json& variables, const TemplateOptions& options) const {
  if (!variables.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The variables of a chat template must be an object.", "",
                 "messages"};
  }
  jinja::Runtime runtime(options.budget, options.now.has_value() ? *options.now : local_time());
  try {
    std::unordered_map<std::string, jinja::Value> values;
    for (const std::string& name : compiled_->program.context_names) {
      const auto at = variables.find(name);
      if (at != variables.end()) values.emplace(name, jinja::from_json(*at));
    }
    return jinja::Interpreter(compiled_->program, std::move(values), runtime).render();
  } catch (const jinja::Failure& failure) {
    return error_of(failure, runtime.line);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

bool ChatTemplate::mentions(std::string_view name) const {
  const auto& names = compiled_->program.context_names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace fovea
