#include "core/input/text/template/chat_template.h"

#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <variant>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLargestFile = 16'000'000;

/// A template, no template here, or the reason why there is none to be had.
using Found = std::variant<std::monostate, std::string, Error>;

Error damaged(const std::string& file) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + ".", "Fetch the model again.", ""};
}

/// The bytes of a file of the folder; nothing when there is no such file.
Found read(const fs::path& folder, const std::string& name) {
  std::error_code failed;
  const fs::path path = folder / name;
  if (!fs::is_regular_file(path, failed)) return std::monostate();
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed) return damaged(name);
  if (size > kLargestFile) return Error{ErrorCode::kTooLarge, "Model file too large: " + name + ".", "", ""};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file && size > 0) return damaged(name);
  return std::move(bytes).str();
}

/// The template in a JSON value: a string, {name: template} or [{name, template}], of which "default" counts.
Found pick(const Json& value, const std::string& file) {
  if (value.is_null()) return std::monostate();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) {
    const auto at = value.find("default");
    if (at != value.end() && at->is_string()) return at->get<std::string>();
  }
  if (value.is_array()) {
    Found last =
        std::monostate();  // of two with one name the later counts, as in a dictionary built from the list
    for (const Json& entry : value) {
      if (!entry.is_object() || !entry.contains("name") || !entry.contains("template")) return damaged(file);
      if (entry["name"] != "default") continue;
      if (!entry["template"].is_string()) return damaged(file);
      last = entry["template"].get<std::string>();
    }
    if (!std::holds_alternative<std::monostate>(last)) return last;
  }
  return Error{ErrorCode::kUnsupported,
               "The model's chat templates in " + file + " have none called 'default'.", "", ""};
}

/// `chat_template` of a JSON file.
Found from_json_file(const fs::path& folder, const std::string& name, bool required) {
  Found text = read(folder, name);
  if (!std::holds_alternative<std::string>(text)) return text;
  const Json json = Json::parse(std::get<std::string>(text), nullptr, false);
  if (!json.is_object()) return damaged(name);
  const auto at = json.find("chat_template");
  if (at == json.end()) return required ? Found(damaged(name)) : Found(std::monostate());
  return pick(*at, name);
}

bool has_named_templates(const fs::path& folder) {
  std::error_code failed;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder / "additional_chat_templates", failed)) {
    if (entry.path().extension() == ".jinja") return true;
  }
  return false;
}

}  // namespace

Result<std::string> ChatTemplate::find_source(const fs::path& model_folder) {
  const bool named = has_named_templates(model_folder);
  Found found = from_json_file(model_folder, "processor_config.json", false);
  if (std::holds_alternative<std::monostate>(found)) {
    found = from_json_file(model_folder, "chat_template.json", true);
    if (named && std::holds_alternative<std::string>(found)) {
      return Error{ErrorCode::kUnsupported,
                   "The model has both chat_template.json and additional_chat_templates.",
                   "Remove one of them.", ""};
    }
  }
  for (const char* name : {"chat_template.jinja", "additional_chat_templates/default.jinja"}) {
    if (std::holds_alternative<std::monostate>(found)) found = read(model_folder, name);
  }
  if (named && std::holds_alternative<std::monostate>(found)) {
    return Error{ErrorCode::kUnsupported, "The model has several chat templates and none called 'default'.",
                 "", ""};
  }
  if (std::holds_alternative<std::monostate>(found)) {
    found = from_json_file(model_folder, "tokenizer_config.json", false);
  }
  if (auto* source = std::get_if<std::string>(&found)) return std::move(*source);
  if (auto* error = std::get_if<Error>(&found)) return std::move(*error);
  return Error{ErrorCode::kNotFound, "The model has no chat template.",
               "Use an instruction-tuned model, or add a chat_template.jinja to its folder.", ""};
}

}  // namespace fovea
