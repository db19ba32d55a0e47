#include "core/input/text/tokenizer_errors.h"

#include "core/input/text/utf8.h"

namespace fovea::text {

Error damaged_tokenizer(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: tokenizer.json (" + what + ").",
               "Download this file again.", ""};
}

Error unsupported_tokenizer(const std::string& what) {
  return Error{ErrorCode::kUnsupported, "tokenizer.json uses " + what + ", which Fovea cannot follow.",
               "Use a model with a tokenizer like Qwen3's or GLM's.", ""};
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 60;
  const std::string_view shown = text.substr(0, valid_utf8_prefix(text.substr(0, kShown)));
  return "'" + std::string(shown) + (text.size() > kShown ? "…'" : "'");
}

}  // namespace fovea::text
