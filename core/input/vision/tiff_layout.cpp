#include "core/input/vision/tiff_layout.h"

#include "core/input/vision/cmyk.h"
#include "core/input/vision/image_errors.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace fovea {
namespace {

constexpr std::uint64_t kMaxSamples = 6;

std::uint8_t reversed_bits(std::uint8_t byte) {
  unsigned result = 0;
  for (unsigned i = 0; i < 8; ++i) result |= (byte >> i & 1U) << (7 - i);
  return static_cast<std::uint8_t>(result);
}

/// Bits and extra samples after Pillow's corrections.
struct Samples {
  std::vector<std::uint64_t> bits;
  std::vector<std::uint64_t> extra;
  bool all(std::uint64_t depth) const {
    return std::all_of(bits.begin(), bits.end(), [depth](std::uint64_t b) { return b == depth; });
  }
  /// The first extra sample is of this kind and the others are unknown ones.
  bool extra_is(std::size_t count, std::uint64_t kind) const {
    return extra.size() == count && extra[0] == kind &&
           std::all_of(extra.begin() + 1, extra.end(), [](std::uint64_t e) { return e == 0; });
  }
};

std::optional<Samples> corrected(const TiffDirectory& d) {
  Samples result{d.bits, d.extra};
  std::uint64_t samples = d.samples;
  if (d.planar == 2 && !d.extra.empty() && *std::max_element(d.extra.begin(), d.extra.end()) == 0) {
    if (d.extra.size() > result.bits.size() || d.extra.size() > samples) return std::nullopt;
    result.bits.resize(result.bits.size() - d.extra.size());
    samples -= d.extra.size();
    result.extra.clear();
  }
  if (samples < 1 || samples > kMaxSamples) return std::nullopt;
  if (samples < result.bits.size()) result.bits.resize(samples);
  if (result.bits.size() == 1) result.bits.resize(samples, result.bits[0]);
  if (result.bits.size() != samples) return std::nullopt;
  return result;
}

bool grey_layout(const TiffDirectory& d, const Samples& s, TiffLayout& layout) {
  const std::uint64_t format = d.format[0];
  const std::uint64_t bits = s.bits[0];
  if (s.bits.size() == 2) {
    layout.kind = TiffKind::kGrey;
    return d.photometric == 1 && format == 1 && d.fill_order == 1 && s.all(8) &&
           (s.extra_is(1, 0) || s.extra_is(1, 2));
  }
  if (s.bits.size() != 1 || !s.extra.empty()) return false;
  layout.inverted = d.photometric == 0 && bits <= 8;
  if (bits == 1 || bits == 2 || bits == 4) return format == 1;
  if (bits == 8) return format == 1 || (format == 2 && d.photometric == 1 && d.fill_order == 1);
  if (bits == 12) {
    layout.kind = TiffKind::kGrey12;
    return format == 1 && d.photometric == 1 && d.fill_order == 1 && !d.big_endian;
  }
  layout.kind = format == 3 ? TiffKind::kFloat : TiffKind::kInteger;
  layout.is_signed = format == 2 || bits == 32;
  if (format == 3) return bits == 32 && d.fill_order == 1;
  if (format == 2) return d.photometric == 1 && d.fill_order == 1 && (bits == 16 || bits == 32);
  if (format != 1) return false;
  if (bits == 32) return d.photometric == 1 && d.fill_order == 1 && !d.big_endian;
  if (bits != 16) return false;
  return d.big_endian ? d.photometric == 1 && d.fill_order == 1 : d.fill_order == 1 || d.photometric == 1;
}

bool rgb_layout(const TiffDirectory& d, const Samples& s, TiffLayout& layout) {
  layout.kind = TiffKind::kRgb;
  const std::size_t count = s.bits.size();
  const bool deep = s.all(16);
  if (d.format[0] != 1 || count < 3 || !(s.all(8) || deep)) return false;
  if (count == 3) return s.extra.empty() && (d.fill_order == 1 || !deep);
  if (d.fill_order != 1 || (deep && count > 4)) return false;
  if (count == 4 && (s.extra.empty() || (!deep && s.extra_is(1, 999)))) return true;
  layout.premultiplied = s.extra_is(count - 3, 1);
  return layout.premultiplied || s.extra_is(count - 3, 0) || s.extra_is(count - 3, 2);
}

bool cmyk_layout(const TiffDirectory& d, const Samples& s, TiffLayout& layout) {
  layout.kind = TiffKind::kCmyk;
  const std::size_t count = s.bits.size();
  if (d.format[0] != 1 || d.fill_order != 1 || count < 4) return false;
  if (count == 4) return s.extra.empty() && (s.all(8) || s.all(16));
  return s.all(8) && s.extra_is(count - 4, 0);
}

bool palette_layout(const TiffDirectory& d, const Samples& s, TiffLayout& layout) {
  layout.kind = TiffKind::kPalette;
  const std::size_t entries = d.colours.size() / 3;
  for (std::size_t i = 0; i < std::min<std::size_t>(entries, layout.palette.size()); ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      layout.palette[i][channel] = static_cast<std::uint8_t>(d.colours[channel * entries + i] / 256);
    }
  }
  const std::uint64_t bits = s.bits[0];
  if (d.format[0] != 1 || d.colours.empty() || entries > layout.palette.size()) return false;
  if (s.bits.size() == 2) return s.all(8) && d.fill_order == 1 && (s.extra_is(1, 0) || s.extra_is(1, 2));
  return s.bits.size() == 1 && s.extra.empty() && (bits == 1 || bits == 2 || bits == 4 || bits == 8);
}

bool ycc_layout(const TiffDirectory& d, const Samples& s, TiffLayout& layout) {
  layout.kind = TiffKind::kRgb;
  return d.format[0] == 1 && d.fill_order == 1 && s.bits.size() == 3 && s.all(8) && s.extra.empty();
}

std::uint32_t sample(const TiffLayout& layout, const std::uint8_t* at, int bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[layout.big_endian ? i : bytes - 1 - i];
  return value;
}

std::uint8_t cut_off(std::int64_t value) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, 0, 255));
}

std::uint8_t grey_of_float(float value) {
  if (!(value > 0.0F)) return 0;
  return value >= 255.0F ? std::uint8_t{255} : static_cast<std::uint8_t>(value);
}

/// A sample of up to 8 bits, counted from the row's start.
unsigned packed(const TiffLayout& layout, const std::uint8_t* row, std::int64_t index) {
  const std::int64_t bit = index * layout.bits;
  const std::uint8_t byte = layout.reversed ? reversed_bits(row[bit / 8]) : row[bit / 8];
  return byte >> (8 - layout.bits - bit % 8) & ((1U << layout.bits) - 1U);
}

std::uint8_t grey_of(const TiffLayout& layout, const std::uint8_t* row, std::int64_t x) {
  switch (layout.kind) {
    case TiffKind::kGrey12: {
      const std::uint8_t* pair = row + x / 2 * 3;
      return cut_off(x % 2 == 0 ? pair[0] << 4 | pair[1] >> 4 : (pair[1] & 15) << 8 | pair[2]);
    }
    case TiffKind::kFloat:
      return grey_of_float(std::bit_cast<float>(sample(layout, row + x * 4, 4)));
    case TiffKind::kInteger: {
      const std::uint32_t value = sample(layout, row + x * (layout.bits / 8), layout.bits / 8);
      if (!layout.is_signed) return cut_off(value);
      return cut_off(layout.bits == 16 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value));
    }
    default: {
      const unsigned highest = (1U << layout.bits) - 1U;
      const unsigned level = packed(layout, row, x * layout.samples) * (255U / highest);
      return static_cast<std::uint8_t>(layout.inverted ? 255U - level : level);
    }
  }
}

/// Four samples of 8 bits: high bytes of deeper ones.
std::array<std::uint8_t, 4> colour_of(const TiffLayout& layout, const std::uint8_t* row, std::int64_t x) {
  const int bytes = layout.bits / 8;
  const std::uint8_t* pixel = row + x * layout.samples * bytes + (bytes == 2 && !layout.big_endian ? 1 : 0);
  std::array<std::uint8_t, 4> result{};
  for (int i = 0; i < std::min(layout.samples, 4); ++i) {
    const std::uint8_t value = pixel[i * bytes];
    result[static_cast<std::size_t>(i)] = layout.reversed ? reversed_bits(value) : value;
  }
  return result;
}

void put_colour(const TiffLayout& layout, std::array<std::uint8_t, 4> colour, std::uint8_t* rgb) {
  if (layout.kind == TiffKind::kCmyk) return cmyk_to_rgb(colour.data(), rgb);
  const int alpha = colour[3];
  for (std::size_t i = 0; i < 3; ++i) {
    rgb[i] = !layout.premultiplied ? colour[i]
             : alpha == 0          ? std::uint8_t{0}
                                   : cut_off(colour[i] * 255 / alpha);
  }
}

}  // namespace

Result<TiffLayout> tiff_layout(const TiffDirectory& directory, const std::string& name) {
  const auto samples = corrected(directory);
  const bool one_format = directory.format.size() == 1;
  const bool known_order = directory.fill_order == 1 || directory.fill_order == 2;
  if (!samples || !one_format || !known_order) return image_kind_unsupported(name, "this kind of TIFF");
  TiffLayout layout;
  layout.bits = static_cast<int>(std::min<std::uint64_t>(samples->bits[0], 64));
  layout.samples = static_cast<int>(samples->bits.size());
  const bool raw = directory.compression == 1;
  layout.reversed = raw && directory.fill_order == 2;
  layout.big_endian = raw ? directory.big_endian : std::endian::native == std::endian::big;
  bool known = false;
  switch (directory.photometric) {
    case 0:
    case 1:
      known = grey_layout(directory, *samples, layout);
      break;
    case 2:
      known = rgb_layout(directory, *samples, layout);
      break;
    case 3:
      known = palette_layout(directory, *samples, layout);
      break;
    case 5:
      known = cmyk_layout(directory, *samples, layout);
      break;
    case 6:
      known = ycc_layout(directory, *samples, layout);
      break;
    default:
      break;
  }
  if (!known) return image_kind_unsupported(name, "this kind of TIFF");
  return layout;
}

void tiff_row_to_rgb(const TiffLayout& layout, const std::uint8_t* row, std::int64_t pixels,
                     std::uint8_t* rgb) {
  for (std::int64_t x = 0; x < pixels; ++x, rgb += 3) {
    switch (layout.kind) {
      case TiffKind::kPalette:
        std::ranges::copy(layout.palette[packed(layout, row, x * layout.samples)], rgb);
        break;
      case TiffKind::kRgb:
      case TiffKind::kCmyk:
        put_colour(layout, colour_of(layout, row, x), rgb);
        break;
      default:
        std::fill_n(rgb, 3, grey_of(layout, row, x));
        break;
    }
  }
}

}  // namespace fovea
