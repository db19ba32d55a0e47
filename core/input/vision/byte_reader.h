#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace fovea {

using Bytes = std::span<const std::uint8_t>;

/// Numbers and slices out of bytes that may end at any place; nothing is read past the end.
class ByteReader {
 public:
  ByteReader(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::size_t size() const { return bytes_.size(); }
  bool big_endian() const { return big_endian_; }

  /// `length` bytes from `offset`, or nothing when they are not all there.
  std::optional<Bytes> slice(std::uint64_t offset, std::uint64_t length) const {
    if (offset > bytes_.size() || length > bytes_.size() - offset) return std::nullopt;
    return bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  }

  std::optional<std::uint64_t> number(std::uint64_t offset, std::uint64_t length) const {
    const auto part = slice(offset, length);
    if (!part) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < part->size(); ++i) {
      value = value << 8 | (*part)[big_endian_ ? i : part->size() - 1 - i];
    }
    return value;
  }
  std::optional<std::uint32_t> u8(std::uint64_t offset) const { return narrow(number(offset, 1)); }
  std::optional<std::uint32_t> u16(std::uint64_t offset) const { return narrow(number(offset, 2)); }
  std::optional<std::uint32_t> u32(std::uint64_t offset) const { return narrow(number(offset, 4)); }

 private:
  static std::optional<std::uint32_t> narrow(std::optional<std::uint64_t> value) {
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
  }

  Bytes bytes_;
  bool big_endian_;
};

/// Whether `text` stands at `offset`.
inline bool has_at(Bytes bytes, std::size_t offset, std::string_view text) {
  return offset <= bytes.size() && text.size() <= bytes.size() - offset &&
         std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

}  // namespace fovea
