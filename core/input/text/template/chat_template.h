#pragma once

#include "core/api/error.h"
#include "core/input/text/template/budget.h"

#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea {

struct TemplateOptions {
  TemplateBudget budget;
  /// What strftime_now writes; the machine's local time when left out.
  std::optional<std::tm> now;
};

/// A checkpoint's chat template: messages in, the text of the prompt out. An own interpreter of the part of
/// Jinja 3.1 that chat templates use, in the environment that transformers 5.17 gives them (sandboxed,
/// trim_blocks and lstrip_blocks on, keep_trailing_newline off, loopcontrols, {% generation %},
/// raise_exception, strftime_now, its own tojson). What it knows renders to the very bytes that Python
/// renders; anything else is an error that names it and its line. Immutable; may be used from any thread.
class ChatTemplate {
 public:
  using Json = nlohmann::ordered_json;

  /// The source of the template that transformers' processors use for a model folder: `chat_template` of
  /// processor_config.json, else chat_template.json (which may not stand beside additional_chat_templates/),
  /// else chat_template.jinja or additional_chat_templates/default.jinja, else tokenizer_config.json (a
  /// string, or a list of {name, template} of which the one named "default" counts). kNotFound when there is
  /// none, kDamagedModel for a file that cannot be read as what it should be, kTooLarge for one over 16 MB.
  static Result<std::string> find_source(const std::filesystem::path& model_folder);

  /// kDamagedModel where the source is not Jinja, kUnsupported where it uses what this interpreter leaves
  /// out, kBudgetExceeded where it is nested or long beyond any sense, kInvalidText where it is not UTF-8.
  static Result<ChatTemplate> compile(std::string_view source);

  /// Renders with an object of variables: messages, tools, documents, add_generation_prompt, enable_thinking,
  /// bos_token, … as the template asks for. An absent variable is undefined, which templates tell from null.
  /// kInvalidArgument (field "messages") when the template refuses the messages; its own words where it has
  /// some. kBudgetExceeded within a second for templates that never end.
  Result<std::string> render(const Json& variables, const TemplateOptions& options = {}) const;

  /// Whether the template looks at the variable `name` (for instance enable_thinking).
  bool mentions(std::string_view name) const;

 private:
  struct Compiled;
  explicit ChatTemplate(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace fovea
