#include "core/input/text/pipeline_config.h"

#include "core/input/text/tokenizer_errors.h"

#include <nlohmann/json.hpp>

namespace fovea::text {
namespace {

using nlohmann::json;

/// Real ones have a few hundred bytes.
constexpr std::size_t kMaxConfig = 64 << 10;

/// What ByteLevel splits by where use_regex is set: GPT-2's pattern, as published with that model.
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

json parse(std::string_view text) {
  return text.size() > kMaxConfig ? json() : json::parse(text, nullptr, false);
}

std::string type_of(const json& part) {
  const auto found = part.is_object() ? part.find("type") : part.end();
  if (!part.is_object() || found == part.end() || !found->is_string()) return "";
  return found->get<std::string>();
}

bool flag(const json& part, const char* name, bool otherwise) {
  const auto found = part.find(name);
  return found != part.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

Error unknown(const char* kind, const json& part) {
  const std::string type = type_of(part);
  return unsupported_tokenizer(type.empty() ? std::string("no known ") + kind
                                            : std::string("the ") + kind + " " + in_quotes(type));
}

/// The list `name` of a Sequence; a part that is none counts as a sequence of itself.
std::vector<json> members(const json& part, const char* name) {
  if (type_of(part) != "Sequence") return {part};
  const auto list = part.find(name);
  if (list == part.end() || !list->is_array()) return {};
  return list->get<std::vector<json>>();
}

Result<void> read_split(const json& part, std::vector<std::string>& patterns) {
  const auto pattern = part.find("pattern");
  const auto behavior = part.find("behavior");
  if (pattern == part.end() || !pattern->is_object() || !pattern->contains("Regex") ||
      !(*pattern)["Regex"].is_string()) {
    return unsupported_tokenizer("the pre-tokenizer 'Split' without a Regex");
  }
  if (behavior == part.end() || *behavior != "Isolated") {
    return unsupported_tokenizer("the pre-tokenizer 'Split' with another behaviour than 'Isolated'");
  }
  patterns.push_back((*pattern)["Regex"].get<std::string>());
  return {};
}

}  // namespace

Result<bool> read_normalizer(std::string_view text) {
  const json config = parse(text);
  if (text == "null") return false;
  const std::vector<json> parts = members(config, "normalizers");
  for (const json& part : parts) {
    if (type_of(part) != "NFC") return unknown("normaliser", part);
  }
  return !parts.empty();
}

Result<std::vector<std::string>> read_pre_tokenizer(std::string_view text) {
  const json config = parse(text);
  const std::vector<json> parts = members(config, "pretokenizers");
  std::vector<std::string> patterns;
  bool byte_level = false;
  for (const json& part : parts) {
    const std::string type = type_of(part);
    if (byte_level) return unsupported_tokenizer("a pre-tokenizer behind 'ByteLevel'");
    if (type == "Split") {
      if (auto read = read_split(part, patterns); !read) return read.error();
    } else if (type == "ByteLevel") {
      if (flag(part, "add_prefix_space", true))
        return unsupported_tokenizer("'ByteLevel' with add_prefix_space");
      if (flag(part, "use_regex", true)) patterns.emplace_back(kGpt2Pattern);
      byte_level = true;
    } else {
      return unknown("pre-tokenizer", part);
    }
  }
  if (!byte_level) return unsupported_tokenizer("no pre-tokenizer 'ByteLevel'");
  return patterns;
}

Result<void> check_decoder(std::string_view text) {
  const std::vector<json> parts = members(parse(text), "decoders");
  if (parts.size() == 1 && type_of(parts.front()) == "ByteLevel") return {};
  return unknown("decoder", parts.empty() ? json() : parts.front());
}

}  // namespace fovea::text
