#include "core/hub/json_file.h"

#include <fstream>
#include <iterator>

namespace fovea {

namespace fs = std::filesystem;
using nlohmann::json;

Error damaged_file(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + " (" + what + ").",
               "Download this file again.", ""};
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<json> read_json_object(const fs::path& folder, const std::string& name) {
  std::error_code error;
  const fs::path path = folder / name;
  if (!fs::is_regular_file(path, error)) {
    return Error{ErrorCode::kNotFound, name + " is missing.", "Download the model again.", ""};
  }
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error || bytes > kMaxJsonBytes)
    return damaged_file(name, error ? "it cannot be read" : "it is too large");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return damaged_file(name, "it cannot be read");
  const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  return parse_json_object(text, name);
}

Result<json> parse_json_object(const std::string& text, const std::string& name) {
  constexpr int kMaxDepth = 64;
  bool too_deep = false;
  const auto watch = [&too_deep](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  json object = json::parse(text, watch, false);
  if (too_deep) return damaged_file(name, "it is nested too deeply");
  if (!object.is_object()) return damaged_file(name, "it is not a JSON object");
  return object;
}

}  // namespace fovea
