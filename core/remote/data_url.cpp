#include "core/remote/data_url.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace fovea {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMostStored = 65535;  // bytes of one stored block of deflate
constexpr std::uint32_t kAdlerModulus = 65521;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t value = n;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
    table[n] = value;
  }
  return table;
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  static constexpr auto kTable = crc_table();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) crc = kTable[(crc ^ byte) & 0xFFU] ^ (crc >> 8U);
  return ~crc;
}

void put32(Bytes& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void put_chunk(Bytes& out, std::string_view type, const Bytes& data) {
  put32(out, static_cast<std::uint32_t>(data.size()));
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), data.begin(), data.end());
  put32(out, crc32(std::span(out).subspan(static_cast<std::size_t>(begin))));
}

Bytes stored_zlib(std::span<const std::uint8_t> data) {
  Bytes out = {0x78, 0x01};
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : data) {
    a = (a + byte) % kAdlerModulus;
    b = (b + a) % kAdlerModulus;
  }
  do {
    const std::size_t size = std::min(data.size(), kMostStored);
    const auto length = static_cast<std::uint16_t>(size);
    const auto inverse = static_cast<std::uint16_t>(~length);
    out.push_back(size == data.size() ? 1 : 0);  // the last block?
    for (const std::uint16_t word : {length, inverse}) {
      out.push_back(static_cast<std::uint8_t>(word & 0xFFU));
      out.push_back(static_cast<std::uint8_t>(word >> 8U));
    }
    out.insert(out.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
    data = data.subspan(size);
  } while (!data.empty());
  put32(out, (b << 16U) | a);
  return out;
}

std::string_view media_type(std::span<const std::uint8_t> bytes) {
  const std::string_view head(
      reinterpret_cast<const char*>(bytes.data()),  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
      std::min<std::size_t>(bytes.size(), 16));
  if (head.starts_with("\x89PNG")) return "image/png";
  if (head.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (head.starts_with("RIFF") && head.substr(8).starts_with("WEBP")) return "image/webp";
  if (head.starts_with("BM")) return "image/bmp";
  if (head.starts_with("GIF8")) return "image/gif";
  if (head.starts_with("II*") || head.starts_with(std::string_view("MM\0*", 4))) return "image/tiff";
  return "application/octet-stream";
}

}  // namespace

std::string base64(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16U;
    if (count > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8U;
    if (count > 2) group |= bytes[i + 2];
    for (std::size_t digit = 0; digit < 4; ++digit) {
      out += digit <= count ? kDigits[(group >> (18U - 6U * digit)) & 63U] : '=';
    }
  }
  return out;
}

std::vector<std::uint8_t> stored_png(const RgbImage& image) {
  const auto width = static_cast<std::size_t>(image.width);
  const auto height = static_cast<std::size_t>(image.height);
  Bytes rows;  // [height, 1 + width * 3]: each row behind its filter, 0 for none
  rows.reserve(height * (1 + width * 3));
  for (std::size_t y = 0; y < height; ++y) {
    rows.push_back(0);
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y * width * 3);
    rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(width * 3));
  }
  Bytes header;
  put32(header, static_cast<std::uint32_t>(width));
  put32(header, static_cast<std::uint32_t>(height));
  header.insert(header.end(), {8, 2, 0, 0, 0});  // 8 bits, RGB, deflate, the usual filters, not interlaced
  Bytes out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", stored_zlib(rows));
  put_chunk(out, "IEND", {});
  return out;
}

std::string data_url(const ImageInput& image) {
  if (image.decoded) return "data:image/png;base64," + base64(stored_png(*image.decoded));
  return "data:" + std::string(media_type(*image.encoded)) + ";base64," + base64(*image.encoded);
}

}  // namespace fovea
