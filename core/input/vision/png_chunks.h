#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// A PNG file taken apart; spans point into the file.
struct PngChunks {
  std::int64_t width = 0;
  std::int64_t height = 0;
  int bit_depth = 0;
  int colour_type = 0;
  bool interlaced = false;
  bool animated = false;
  Bytes palette;            ///< PLTE: RGB triples
  std::vector<Bytes> data;  ///< the IDAT chunks that follow each other; the last may be cut off
  std::optional<std::int64_t> orientation;
};

/// Takes a PNG apart as Pillow does: checksums count before the pixel data, texts and profiles that unpack to
/// over 1 MB are refused. Unpacks no pixels.
/// Errors: kInvalidImage.
Result<PngChunks> read_png_chunks(Bytes file, const std::string& name);

}  // namespace fovea
