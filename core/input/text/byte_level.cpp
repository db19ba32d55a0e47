#include "core/input/text/byte_level.h"

#include "core/input/text/utf8.h"

namespace fovea::text {
namespace {

constexpr char32_t kAlphabetEnd = 0x100 + 68;

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr std::array<char32_t, 256> make_alphabet() {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) alphabet[byte] = stands_for_itself(byte) ? byte : next++;
  return alphabet;
}

constexpr std::array<char32_t, 256> kAlphabet = make_alphabet();

/// Byte of each character below kAlphabetEnd, or -1.
constexpr std::array<int, kAlphabetEnd> make_inverse() {
  std::array<int, kAlphabetEnd> inverse{};
  for (int& byte : inverse) byte = -1;
  for (unsigned byte = 0; byte < 256; ++byte) inverse[kAlphabet[byte]] = static_cast<int>(byte);
  return inverse;
}

constexpr std::array<int, kAlphabetEnd> kInverse = make_inverse();

}  // namespace

const std::array<char32_t, 256>& byte_alphabet() {
  return kAlphabet;
}

std::optional<std::string> bytes_of_token(std::string_view token) {
  std::string bytes;
  bytes.reserve(token.size());
  for (std::size_t at = 0; at < token.size();) {
    const char32_t c = next_code_point(token, at);
    if (c >= kAlphabetEnd || kInverse[c] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(kInverse[c]));
  }
  return bytes;
}

std::string token_of_bytes(std::string_view bytes) {
  std::string token;
  token.reserve(bytes.size() * 2);
  for (char byte : bytes) append_utf8(token, kAlphabet[static_cast<unsigned char>(byte)]);
  return token;
}

}  // namespace fovea::text
