#pragma once

#include "core/api/error.h"

#include <string>
#include <string_view>

namespace fovea::text {

/// kDamagedModel: "Model file damaged: tokenizer.json (WHAT)."
Error damaged_tokenizer(const std::string& what);

/// kUnsupported: "tokenizer.json uses WHAT, which Fovea cannot follow."
Error unsupported_tokenizer(const std::string& what);

/// Something out of the file (UTF-8, or the beginning of it) for a message: in quotes, cut to a readable
/// length between characters.
std::string in_quotes(std::string_view text);

}  // namespace fovea::text
