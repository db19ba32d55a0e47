#pragma once

#include "core/api/error.h"

#include <string>
#include <string_view>

namespace fovea::text {

/// Rewrites a split pattern of tokenizer.json, which is in the syntax of Oniguruma (the regex library of
/// Hugging Face's `tokenizers`), for PCRE2 with the options UTF and UCP. Taken is the part of the syntax on
/// which the two agree once rewritten: literals, classes of characters, ranges and escapes, `.`; \s \d \r \n
/// \t and their like; \p{…} of the general categories and of Han; groups ( ) (?: ) (?i: ); lookahead (?= )
/// (?! ); alternation; the quantifiers with their lazy and possessive forms. Errors: kUnsupported, naming
/// what else the pattern uses (anchors, lookbehind, \w, nested classes, ...).
Result<std::string> to_pcre2_pattern(std::string_view oniguruma);

}  // namespace fovea::text
