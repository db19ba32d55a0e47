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
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = table[static_cast<unsigned char>(c)];
    if (value == kSkipped) continue;
    if (value == kForbidden) return false;
    bits = (bits << 6U) | value;
    if (++count == 4) {
      out.push_back(static_cast<typename Container::value_type>(bits >> 16U & 0xFFU));
      out.push_back(static_cast<typename Container::value_type>(bits >> 8U & 0xFFU));
      out.push_back(static_cast<typename Container::value_type>(bits & 0xFFU));
      bits = 0;
      count = 0;
    }
  }
  if (count == 1) return false;
  if (count >= 2)
    out.push_back(static_cast<typename Container::value_type>(bits >> (count == 2 ? 4U : 10U) & 0xFFU));
  if (count == 3) out.push_back(static_cast<typename Container::value_type>(bits >> 2U & 0xFFU));
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
