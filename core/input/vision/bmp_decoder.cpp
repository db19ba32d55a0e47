#include "core/input/vision/bmp_decoder.h"

#include "core/input/vision/image_errors.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace fovea {
namespace {

constexpr std::uint32_t kNone = 0;
constexpr std::uint32_t kRuns8 = 1;
constexpr std::uint32_t kRuns4 = 2;
constexpr std::uint32_t kByMasks = 3;

using Rgb = std::array<std::uint8_t, 3>;
using Palette = std::array<Rgb, 256>;

/// Where red, green and blue lie in a pixel of whole bytes.
struct ByteOrder {
  std::array<std::uint32_t, 4> masks;
  std::array<int, 3> place;
};

constexpr ByteOrder kOrders32[] = {
    {{0xFF0000, 0xFF00, 0xFF, 0}, {2, 1, 0}},          {{0xFF000000, 0xFF0000, 0xFF00, 0}, {3, 2, 1}},
    {{0xFF000000, 0xFF00, 0xFF, 0}, {3, 1, 0}},        {{0xFF000000, 0xFF0000, 0xFF00, 0xFF}, {3, 2, 1}},
    {{0xFF, 0xFF00, 0xFF0000, 0xFF000000}, {0, 1, 2}}, {{0xFF0000, 0xFF00, 0xFF, 0xFF000000}, {2, 1, 0}},
    {{0xFF000000, 0xFF00, 0xFF, 0xFF0000}, {3, 1, 0}}, {{0, 0, 0, 0}, {2, 1, 0}},
};

/// How pixels of 16 bits and more are read.
struct PixelReader {
  int bytes = 0;
  int green_bits = 5;                 ///< of 16 bits
  std::array<int, 3> place{2, 1, 0};  ///< of 24 and 32 bits

  Rgb read(const std::uint8_t* at) const {
    if (bytes != 2) return {at[place[0]], at[place[1]], at[place[2]]};
    const int value = at[0] | at[1] << 8;
    const int green_most = (1 << green_bits) - 1;
    const auto scaled = [](int level, int most) { return static_cast<std::uint8_t>(level * 255 / most); };
    return {scaled(value >> (5 + green_bits) & 31, 31), scaled(value >> 5 & green_most, green_most),
            scaled(value & 31, 31)};
  }
};

Result<PixelReader> pixel_reader(const BmpHeader& header, const std::string& name) {
  PixelReader reader;
  reader.bytes = header.bits / 8;
  if (header.compression != kByMasks) return reader;
  const auto& m = header.masks;
  const std::array<std::uint32_t, 3> colours{m[0], m[1], m[2]};
  if (header.bits == 32) {
    for (const ByteOrder& order : kOrders32) {
      if (order.masks != m) continue;
      reader.place = order.place;
      return reader;
    }
  }
  if (header.bits == 24 && colours == std::array<std::uint32_t, 3>{0xFF0000, 0xFF00, 0xFF}) return reader;
  if (header.bits == 16 && colours == std::array<std::uint32_t, 3>{0x7C00, 0x3E0, 0x1F}) return reader;
  if (header.bits == 16 && colours == std::array<std::uint32_t, 3>{0xF800, 0x7E0, 0x1F}) {
    reader.green_bits = 6;
    return reader;
  }
  return image_kind_unsupported(name, "a BMP with these colour masks");
}

/// The palette; entries that the file lacks are black.
Palette read_palette(Bytes file, const BmpHeader& header) {
  Palette palette{};
  const ByteReader reader(file, false);
  for (std::size_t i = 0; i < std::min<std::uint64_t>(header.colours, palette.size()); ++i) {
    const auto entry = reader.slice(header.palette_at + i * static_cast<std::size_t>(header.colour_bytes), 3);
    if (!entry) break;
    palette[i] = {(*entry)[2], (*entry)[1], (*entry)[0]};
  }
  return palette;
}

/// Pillow takes a palette of only greys in order for no palette at all: the index is then the level, and of
/// two entries, black or white.
bool only_greys(const Palette& palette, const BmpHeader& header) {
  if (header.colours > palette.size()) return false;
  for (std::size_t i = 0; i < header.colours; ++i) {
    const auto level = static_cast<std::uint8_t>(header.colours == 2 ? i * 255 : i);
    if (palette[i] != Rgb{level, level, level}) return false;
  }
  return true;
}

/// Unpacks run lengths into one byte a pixel, in the order of the file. What is missing stays 0, as in
/// Pillow; nothing when even a row is missing at the end.
class RunReader {
 public:
  RunReader(Bytes runs, std::uint64_t start, std::int64_t width, std::int64_t height, bool nibbles)
      : runs_(runs),
        start_(start),
        width_(static_cast<std::size_t>(width)),
        size_(static_cast<std::size_t>(width * height)),
        nibbles_(nibbles) {}

  std::vector<std::uint8_t> read() {
    pixels_.reserve(size_);
    while (pixels_.size() < size_ && at_ + 2 <= runs_.size()) {
      const std::uint8_t count = runs_[at_];
      const std::uint8_t value = runs_[at_ + 1];
      at_ += 2;
      if (count > 0) {
        run(count, value);
      } else if (value == 0) {
        while (pixels_.size() % width_ != 0) pixels_.push_back(0);
        x_ = 0;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        if (!jump()) break;
      } else if (!copy(value)) {
        break;
      }
    }
    return std::move(pixels_);
  }

 private:
  void run(std::size_t count, std::uint8_t value) {
    if (x_ + count > width_) count = x_ < width_ ? width_ - x_ : 0;
    for (std::size_t i = 0; i < count; ++i) {
      pixels_.push_back(!nibbles_ ? value : static_cast<std::uint8_t>(i % 2 == 0 ? value >> 4 : value & 15));
    }
    x_ += count;
  }

  bool jump() {
    if (at_ + 2 > runs_.size()) return false;
    const std::size_t distance = runs_[at_] + runs_[at_ + 1] * width_;
    at_ += 2;
    pixels_.resize(pixels_.size() + std::min(distance, size_ - pixels_.size()));
    x_ = pixels_.size() % width_;
    return true;
  }

  bool copy(std::size_t asked) {
    const std::size_t count = std::min(asked, size_ - pixels_.size());
    const std::size_t bytes = nibbles_ ? (count + 1) / 2 : count;
    const std::size_t available = std::min(bytes, runs_.size() - at_);
    for (std::size_t i = 0; i < available; ++i) {
      const std::uint8_t byte = runs_[at_ + i];
      if (!nibbles_) {
        pixels_.push_back(byte);
        continue;
      }
      pixels_.push_back(static_cast<std::uint8_t>(byte >> 4));
      if (i * 2 + 1 < count) pixels_.push_back(static_cast<std::uint8_t>(byte & 15));
    }
    at_ += available;
    if (available < bytes || pixels_.size() == size_) return false;
    x_ += asked;
    at_ += (start_ + at_) % 2;  // runs begin at even places of the file
    return true;
  }

  Bytes runs_;
  std::uint64_t start_;
  std::size_t width_;
  std::size_t size_;
  bool nibbles_;
  std::size_t at_ = 0;
  std::size_t x_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace

Result<BmpHeader> read_bmp_header(Bytes file, const std::string& name) {
  const ByteReader reader(file, false);
  const auto size = reader.u32(14);
  if (!size || !reader.slice(14, *size)) return image_ends_early(name);
  BmpHeader header;
  std::uint64_t end = 14 + std::uint64_t{*size};
  if (*size == 12) {
    header.width = *reader.u16(18);
    header.height = *reader.u16(20);
    header.bits = static_cast<int>(*reader.u16(24));
    header.colour_bytes = 3;
  } else if (*size == 40 || *size == 52 || *size == 56 || *size == 64 || *size == 108 || *size == 124) {
    header.width = *reader.u32(18);
    header.top_down = file[25] == 0xFF;
    header.height = header.top_down ? (std::int64_t{1} << 32) - *reader.u32(22) : *reader.u32(22);
    header.bits = static_cast<int>(*reader.u16(28));
    header.compression = *reader.u32(30);
    header.colours = *reader.u32(46);
    if (header.compression == kByMasks) {
      // Masks follow a header of 40 bytes and are part of the longer ones; alpha's only from 56 bytes on.
      const std::size_t masks = *size >= 56 ? 4 : 3;
      for (std::size_t i = 0; i < masks; ++i) {
        const auto mask = reader.u32(54 + 4 * i);
        if (!mask) return image_ends_early(name);
        header.masks[i] = *mask;
      }
      if (*size == 40) end += 12;
    }
  } else {
    return image_damaged(name);
  }
  const int bits = header.bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return image_kind_unsupported(name, "a BMP of " + std::to_string(bits) + " bits");
  }
  if (header.compression > kByMasks) return image_kind_unsupported(name, "a BMP that wraps another format");
  if (header.compression == kByMasks && bits < 16) return image_damaged(name);
  if (header.colours == 0) header.colours = bits <= 8 ? std::uint64_t{1} << bits : 0;
  header.palette_at = end;
  header.pixels_at = *reader.u32(10);
  if (bits <= 8) {
    if (header.colours > 65536) return image_damaged(name);
    const std::uint64_t palette_bytes = header.colours * static_cast<std::uint64_t>(header.colour_bytes);
    if (header.pixels_at == end) header.pixels_at += palette_bytes;
    if (header.pixels_at == 0) header.pixels_at = end + palette_bytes;
  } else if (header.pixels_at == 0) {
    header.pixels_at = end;
  }
  return header;
}

Result<DecodedPixels> decode_bmp(Bytes file, const std::string& name) {
  auto header = read_bmp_header(file, name);
  if (!header) return header.error();
  auto colours = pixel_reader(*header, name);
  if (!colours) return colours.error();
  if (header->pixels_at > file.size()) return image_ends_early(name);
  Bytes data = file.subspan(static_cast<std::size_t>(header->pixels_at));
  const std::int64_t width = header->width;
  const std::int64_t height = header->height;
  const bool runs = header->compression == kRuns8 || header->compression == kRuns4;
  const std::int64_t needed = (width * header->bits + 7) / 8;
  const std::int64_t padded = (width * header->bits + 31) / 32 * 4;
  // Checked before memory is taken. The last row's padding may be missing.
  if (!runs && static_cast<std::int64_t>(data.size()) < padded * (height - 1) + needed)
    return image_ends_early(name);
  if (runs && header->bits > 8) return image_damaged(name);

  Palette palette = read_palette(file, *header);
  const bool greys = header->bits <= 8 && only_greys(palette, *header);
  if (greys) {
    for (std::size_t i = 0; i < palette.size(); ++i) {
      const bool two = header->colours <= 2;
      const auto level = static_cast<std::uint8_t>(two ? (i == 0 ? 0 : 255) : i);
      palette[i] = {level, level, level};
    }
  }
  std::vector<std::uint8_t> unpacked;
  if (runs) {
    unpacked = RunReader(data, header->pixels_at, width, height, header->compression == kRuns4).read();
    if (static_cast<std::int64_t>(unpacked.size()) < width * height) return image_ends_early(name);
    data = unpacked;
  }
  const std::int64_t stride = runs ? width : padded;
  // Black and white, whatever the depth, is read as one bit a pixel, and other greys as eight.
  const int bits = runs ? 8 : greys ? (header->colours <= 2 ? 1 : 8) : header->bits;
  if (!runs && (width * bits + 7) / 8 > stride) return image_damaged(name);

  RgbImage image{static_cast<int>(width), static_cast<int>(height),
                 std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3))};
  for (std::int64_t y = 0; y < height; ++y) {
    const std::uint8_t* row = data.data() + (header->top_down ? y : height - 1 - y) * stride;
    std::uint8_t* out = image.pixels.data() + y * width * 3;
    for (std::int64_t x = 0; x < width; ++x, out += 3) {
      if (bits > 8) {
        std::ranges::copy(colours->read(row + x * colours->bytes), out);
        continue;
      }
      const std::int64_t bit = x * bits;
      const unsigned index = row[bit / 8] >> (8 - bits - bit % 8) & ((1U << bits) - 1U);
      std::ranges::copy(palette[index], out);
    }
  }
  return DecodedPixels{std::move(image), std::nullopt};
}

}  // namespace fovea
