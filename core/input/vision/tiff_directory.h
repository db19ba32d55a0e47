#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// The tags of a TIFF's first page that a decoder needs, with Pillow's defaults for those that are missing.
struct TiffDirectory {
  bool big_endian = false;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::uint32_t compression = 1;
  std::uint32_t photometric = 0;
  std::uint32_t fill_order = 1;
  std::uint32_t samples = 1;
  std::uint32_t planar = 1;
  std::vector<std::uint64_t> bits{1};    ///< one a sample
  std::vector<std::uint64_t> format{1};  ///< 1 unsigned, 2 signed, 3 floating point
  std::vector<std::uint64_t> extra;      ///< 0 unknown, 1 premultiplied alpha, 2 alpha
  std::vector<std::uint64_t> colours;    ///< palette: all red, all green, all blue; 16 bits each
  std::vector<std::uint64_t> strip_offsets;
  std::vector<std::uint64_t> tile_offsets;
  std::optional<std::uint64_t> rows_per_strip;
  std::optional<std::uint64_t> tile_width;
  std::optional<std::uint64_t> tile_height;
  bool several_pages = false;
  bool cut_off = false;  ///< the file ends within the directory; what comes behind is missing
  std::optional<std::int64_t> orientation;
};

/// Whether a file begins as a TIFF or BigTIFF of either byte order.
bool is_tiff(Bytes file);

/// Reads the first directory. No list in it may be longer than the file.
/// Errors: kInvalidImage.
Result<TiffDirectory> read_tiff_directory(Bytes file, const std::string& name);

}  // namespace fovea
