#include "app/server/wire/base64.h"

#include <array>

namespace fovea::server {
namespace {

constexpr std::uint8_t kSkipped = 0xFE;
constexpr std::uint8_t kForbidden = 0xFF;
constexpr std::size_t kLongestHead = 256;  // of a data URL
using Table = std::array<std::uint8_t, 256>;

constexpr Table table_of(char last_but_one, char last, bool blanks) {
  Table table{};
  table.fill(kForbidden);
  std::uint8_t value = 0;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = value++;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = value++;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = value++;
  table[static_cast<unsigned char>(last_but_one)] = value++;
  table[static_cast<unsigned char>(last)] = value;
  if (blanks) {
    for (const char c : {' ', '\t', '\r', '\n'}) table[static_cast<unsigned char>(c)] = kSkipped;
  }
  return table;
}

constexpr Table kStandard = table_of('+', '/', true);
constexpr Table kForUrls = table_of('-', '_', false);

template <typename Container>
bool decode(std::string_view text, const Table& table, Container& out) {
  out.resize(text.size() / 4 * 3 + 3);
  std::size_t written = 0;
  const auto put = [&](std::uint32_t byte) {
    out[written++] = static_cast<typename Container::value_type>(byte & 0xFFU);
  };
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto value_of = [&](std::size_t ahead) -> std::uint32_t {
      return table[static_cast<unsigned char>(text[at + ahead])];
    };
    if (count == 0 && at + 4 <= text.size()) {  // most text is whole groups of four
      const std::uint32_t a = value_of(0);
      const std::uint32_t b = value_of(1);
      const std::uint32_t c = value_of(2);
      const std::uint32_t d = value_of(3);
      if ((a | b | c | d) < 64) {
        const std::uint32_t group = a << 18U | b << 12U | c << 6U | d;
        put(group >> 16U);
        put(group >> 8U);
        put(group);
        at += 4;
        continue;
      }
    }
    const std::uint32_t value = value_of(0);
    ++at;
    if (value == kSkipped) continue;
    if (value == kForbidden) return false;
    bits = (bits << 6U) | value;
    if (++count < 4) continue;
    put(bits >> 16U);
    put(bits >> 8U);
    put(bits);
    bits = 0;
    count = 0;
  }
  if (count == 1) return false;
  if (count >= 2) put(bits >> (count == 2 ? 4U : 10U));
  if (count == 3) put(bits >> 2U);
  out.resize(written);
  return true;
}

}  // namespace

std::optional<Bytes> decode_base64(std::string_view text) {
  const std::size_t last = text.find_last_not_of("= \t\r\n");
  const std::size_t first_padding = text.find('=');
  if (first_padding != std::string_view::npos) {
    // Padding stands at the end only, two characters at most.
    const std::string_view tail = text.substr(last == std::string_view::npos ? 0 : last + 1);
    std::size_t padding = 0;
    for (const char c : tail) padding += c == '=' ? 1U : 0U;
    const std::size_t before = last == std::string_view::npos ? 0 : last;
    if (padding > 2 || first_padding <= before) return std::nullopt;
  }
  Bytes out;
  if (!decode(text.substr(0, last == std::string_view::npos ? 0 : last + 1), kStandard, out))
    return std::nullopt;
  return out;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string out;
  if (!decode(text, kForUrls, out)) return std::nullopt;
  return out;
}

std::optional<DataUrl> parse_data_url(std::string_view url) {
  if (!is_data_url(url)) return std::nullopt;
  url.remove_prefix(5);
  const std::size_t comma = url.find(',');
  if (comma > kLongestHead) return std::nullopt;  // or none at all
  std::string_view head = url.substr(0, comma);
  constexpr std::string_view kBase64 = ";base64";
  if (!head.ends_with(kBase64)) return std::nullopt;
  head.remove_suffix(kBase64.size());
  std::optional<Bytes> bytes = decode_base64(url.substr(comma + 1));
  if (!bytes) return std::nullopt;
  return DataUrl{std::string(head.substr(0, head.find(';'))),
                 std::make_shared<const Bytes>(std::move(*bytes))};
}

}  // namespace fovea::server
