#pragma once

#include "core/api/error.h"
#include "core/input/vision/tiff_directory.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// What a TIFF's samples mean.
enum class TiffKind {
  kGrey,     ///< 1, 2, 4 or 8 bits
  kGrey12,   ///< two pixels in three bytes, the high bits first
  kInteger,  ///< 16 or 32 bits, cut off to 0..255 as Pillow's modes I;16 and I
  kFloat,    ///< 32 bits, the same
  kPalette,
  kRgb,
  kCmyk,
};

/// How a row of pixels is stored.
struct TiffLayout {
  TiffKind kind = TiffKind::kGrey;
  int bits = 8;                ///< a sample
  int samples = 1;             ///< a pixel
  bool inverted = false;       ///< grey whose 0 is white
  bool is_signed = false;      ///< kInteger
  bool premultiplied = false;  ///< kRgb: colours are multiplied by the fourth sample
  bool reversed = false;       ///< the lowest bit of a byte comes first
  bool big_endian = false;     ///< order of bytes in a sample
  std::array<std::array<std::uint8_t, 3>, 256> palette{};

  /// Bytes of `pixels` pixels of `count` samples each.
  std::int64_t row_bytes(std::int64_t pixels, int count) const { return (pixels * bits * count + 7) / 8; }
};

/// The layout of the pages that Pillow reads; the rest is kUnsupported. YCbCr counts as RGB: libtiff turns
/// it. Uncompressed data is in the file's order of bytes and bits, compressed data in this machine's, as
/// libtiff hands it out.
Result<TiffLayout> tiff_layout(const TiffDirectory& directory, const std::string& name);

/// Turns a row of pixels into RGB. `row` holds row_bytes(pixels, samples).
void tiff_row_to_rgb(const TiffLayout& layout, const std::uint8_t* row, std::int64_t pixels,
                     std::uint8_t* rgb);

}  // namespace fovea
