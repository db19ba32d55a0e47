#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace fovea::text {

/// The alphabet of byte-level BPE (GPT-2's `bytes_to_unicode`): each byte as a printable character. Printable
/// Latin-1 stands for itself, the other 68 bytes become U+0100, U+0101, … in their order.

/// The character that stands for each byte.
const std::array<char32_t, 256>& byte_alphabet();

/// The bytes that `token` spells in the alphabet; nothing when some character is not of it.
std::optional<std::string> bytes_of_token(std::string_view token);

/// `bytes` spelled in the alphabet, as UTF-8.
std::string token_of_bytes(std::string_view bytes);

}  // namespace fovea::text
