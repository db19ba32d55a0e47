#pragma once

#include <cstddef>
#include <string_view>

namespace fovea {

enum class Utf8Kind {
  kWhole,       ///< a character
  kIncomplete,  ///< all the bytes there are could be the beginning of one
  kInvalid,     ///< bytes that no character begins with
};

/// What stands at the beginning of some bytes.
struct Utf8Step {
  Utf8Kind kind = Utf8Kind::kWhole;
  /// kWhole: bytes of the character, 1–4. kIncomplete: all bytes given, 1–3. kInvalid: the bytes that one
  /// U+FFFD stands for, 1–3: the longest beginning of a well-formed sequence, else one byte (Unicode 15,
  /// section 3.9, "substitution of maximal subparts"; what Rust's from_utf8_lossy and browsers do).
  std::size_t length = 0;
};

/// Looks at the first character of `bytes`, which must not be empty. Overlong forms, surrogates and values
/// above U+10FFFF are invalid.
Utf8Step utf8_first(std::string_view bytes);

/// Whether `bytes` is UTF-8 from beginning to end.
bool is_utf8(std::string_view bytes);

/// U+FFFD in UTF-8, which stands for bytes that are no character.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace fovea
