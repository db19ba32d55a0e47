#include "core/input/vision/tiff_decoder.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/media_libraries.h"
#include "core/input/vision/tiff_directory.h"
#include "core/input/vision/tiff_layout.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include <tiffio.h>

namespace fovea {
namespace {

constexpr std::int64_t kMaxBlockBytes = 2'000'000'000;  // 200 megapixels of 10 bytes
constexpr std::int64_t kMaxTileBytes = 256LL << 20;
constexpr std::uint32_t kUncompressed = 1;
constexpr std::uint32_t kJpeg = 7;
constexpr std::uint32_t kYcbcr = 6;

/// A block of the page: where it lies, in pixels.
struct Block {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

/// Takes rows of blocks and makes the picture of them.
class Page {
 public:
  Page(const TiffDirectory& directory, TiffLayout layout)
      : layout_(layout), width_(directory.width), height_(directory.height) {
    image_.width = static_cast<int>(width_);
    image_.height = static_cast<int>(height_);
    if (directory.planar == 2 && layout_.samples > 1) planes_ = layout_.samples;
  }

  const TiffLayout& layout() const { return layout_; }
  int planes() const { return planes_; }
  /// Samples of a pixel that lie together in one block.
  int samples_together() const { return planes_ > 1 ? 1 : layout_.samples; }
  std::int64_t row_bytes(std::int64_t pixels) const { return layout_.row_bytes(pixels, samples_together()); }

  /// Memory for the page is taken with the first row: a header alone costs none.
  void take_row(std::int64_t x, std::int64_t y, std::int64_t pixels, int plane, const std::uint8_t* row) {
    if (image_.pixels.empty()) {
      image_.pixels.resize(static_cast<std::size_t>(width_ * height_ * 3));
      if (planes_ > 1)
        samples_.resize(static_cast<std::size_t>(width_ * height_ * planes_ * (layout_.bits / 8)));
    }
    if (planes_ == 1) {
      return tiff_row_to_rgb(layout_, row, pixels, image_.pixels.data() + (y * width_ + x) * 3);
    }
    const std::int64_t bytes = layout_.bits / 8;
    std::uint8_t* out = samples_.data() + ((y * width_ + x) * planes_ + plane) * bytes;
    for (std::int64_t i = 0; i < pixels; ++i, out += planes_ * bytes, row += bytes) {
      std::copy_n(row, bytes, out);
    }
  }

  RgbImage finish() {
    if (planes_ > 1) {
      const std::int64_t stride = layout_.row_bytes(width_, planes_);
      for (std::int64_t y = 0; y < height_; ++y) {
        tiff_row_to_rgb(layout_, samples_.data() + y * stride, width_, image_.pixels.data() + y * width_ * 3);
      }
    }
    return std::move(image_);
  }

 private:
  TiffLayout layout_;
  std::int64_t width_;
  std::int64_t height_;
  int planes_ = 1;
  RgbImage image_;
  std::vector<std::uint8_t> samples_;  // of a page in planes: brought side by side
};

/// Blocks of a page from the top left, row by row.
std::vector<Block> blocks_of(const TiffDirectory& d, std::int64_t block_width, std::int64_t block_height) {
  std::vector<Block> result;
  for (std::int64_t y = 0; y < d.height; y += block_height) {
    for (std::int64_t x = 0; x < d.width; x += block_width) {
      result.push_back({x, y, std::min(block_width, d.width - x), std::min(block_height, d.height - y)});
    }
  }
  return result;
}

/// Uncompressed data, straight out of the file.
Result<void> read_uncompressed(Bytes file, const TiffDirectory& d, Page& page, const std::string& name) {
  const ByteReader reader(file, d.big_endian);
  const bool tiled = d.strip_offsets.empty();
  const auto& offsets = tiled ? d.tile_offsets : d.strip_offsets;
  if (offsets.empty() || (tiled && (!d.tile_width || !d.tile_height))) return image_damaged(name);
  const auto whole = static_cast<std::uint64_t>(d.height);
  const std::uint64_t block_width = tiled ? *d.tile_width : static_cast<std::uint64_t>(d.width);
  const std::uint64_t block_height =
      tiled ? *d.tile_height : std::min(d.rows_per_strip.value_or(whole), whole);
  if (block_width < 1 || block_height < 1 || block_width > (1U << 24) || block_height > (1U << 24)) {
    return image_damaged(name);
  }
  // As many blocks as there are offsets: a list that is too short breaks the file off.
  const std::uint64_t across = (static_cast<std::uint64_t>(d.width) + block_width - 1) / block_width;
  const std::uint64_t down = (whole + block_height - 1) / block_height;
  if (offsets.size() < across * down * static_cast<std::uint64_t>(page.planes()))
    return image_ends_early(name);
  const auto blocks =
      blocks_of(d, static_cast<std::int64_t>(block_width), static_cast<std::int64_t>(block_height));
  const std::int64_t stride = page.row_bytes(static_cast<std::int64_t>(block_width));
  std::size_t next = 0;
  for (int plane = 0; plane < page.planes(); ++plane) {
    for (const Block& block : blocks) {
      const std::uint64_t start = offsets[next++];
      for (std::int64_t row = 0; row < block.height; ++row) {
        const std::int64_t needed = page.row_bytes(block.width);
        const auto bytes = start > file.size()
                               ? std::nullopt
                               : reader.slice(start + static_cast<std::uint64_t>(row * stride),
                                              static_cast<std::uint64_t>(needed));
        if (!bytes) return image_ends_early(name);
        page.take_row(block.x, block.y + row, block.width, plane, bytes->data());
      }
    }
  }
  return {};
}

/// The file in memory as libtiff's callbacks see it.
struct Source {
  Bytes file;
  std::uint64_t at = 0;
};

tmsize_t read_source(thandle_t handle, void* out, tmsize_t size) {
  auto& source = *static_cast<Source*>(handle);
  if (size <= 0 || source.at >= source.file.size()) return 0;
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(size), source.file.size() - source.at);
  std::memcpy(out, source.file.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
  return 0;
}
toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<Source*>(handle);
  if (whence == SEEK_SET) source.at = offset;
  if (whence == SEEK_CUR) source.at += offset;
  if (whence == SEEK_END) source.at = source.file.size() + offset;
  return source.at;
}
int keep_open(thandle_t) {
  return 0;
}
toff_t size_of_source(thandle_t handle) {
  return static_cast<Source*>(handle)->file.size();
}

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, CloseTiff>;

/// Strips or tiles through libtiff's codecs, which hand out samples in this machine's order.
Result<void> read_blocks(TIFF* tiff, const TiffDirectory& d, Page& page, const std::string& name) {
  const bool tiled = TIFFIsTiled(tiff) != 0;
  std::uint32_t block_width = static_cast<std::uint32_t>(d.width);
  std::uint32_t block_height = static_cast<std::uint32_t>(d.height);
  if (tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &block_height);
  } else {
    TIFFGetField(tiff, TIFFTAG_ROWSPERSTRIP, &block_height);
    block_height = std::min(block_height, static_cast<std::uint32_t>(d.height));
  }
  if (block_width < 1 || block_height < 1) return image_damaged(name);
  const std::int64_t block_bytes = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  const std::int64_t stride = tiled ? TIFFTileRowSize(tiff) : TIFFScanlineSize(tiff);
  const std::int64_t rows = block_height;
  // What libtiff is going to write must be what the layout reads.
  if (block_bytes < 1 || block_bytes > (tiled ? kMaxTileBytes : kMaxBlockBytes) ||
      block_bytes > stride * rows || stride < page.row_bytes(block_width)) {
    return image_damaged(name);
  }
  // From calloc and not a vector: untouched pages of a strip that is never decoded cost nothing.
  const std::unique_ptr<std::uint8_t, FreeMemory> buffer(
      static_cast<std::uint8_t*>(std::calloc(static_cast<std::size_t>(stride * rows), 1)));
  if (!buffer) return image_out_of_memory(name);
  const auto blocks = blocks_of(d, block_width, block_height);
  for (int plane = 0; plane < page.planes(); ++plane) {
    const auto sample = static_cast<std::uint16_t>(plane);
    for (const Block& block : blocks) {
      const auto x = static_cast<std::uint32_t>(block.x);
      const auto y = static_cast<std::uint32_t>(block.y);
      const tmsize_t got =
          tiled ? TIFFReadTile(tiff, buffer.get(), x, y, 0, sample)
                : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample), buffer.get(), block_bytes);
      if (got == -1) return image_damaged(name);
      for (std::int64_t row = 0; row < block.height; ++row) {
        page.take_row(block.x, block.y + row, block.width, plane, buffer.get() + row * stride);
      }
    }
  }
  return {};
}

/// YCbCr with its subsampling: libtiff makes RGB of it.
Result<RgbImage> read_as_rgba(TIFF* tiff, const TiffDirectory& d, const std::string& name) {
  char message[1024] = "";
  TIFFRGBAImage state;
  if (TIFFRGBAImageOK(tiff, message) == 0 || TIFFRGBAImageBegin(&state, tiff, 0, message) == 0) {
    return image_damaged(name);
  }
  state.orientation = ORIENTATION_TOPLEFT;
  state.req_orientation = ORIENTATION_TOPLEFT;
  std::vector<std::uint32_t> raster(static_cast<std::size_t>(d.width * d.height));
  const bool read = TIFFRGBAImageGet(&state, raster.data(), state.width, state.height) != 0;
  TIFFRGBAImageEnd(&state);
  if (!read) return image_damaged(name);
  RgbImage image{static_cast<int>(d.width), static_cast<int>(d.height), {}};
  image.pixels.reserve(raster.size() * 3);
  for (const std::uint32_t pixel : raster) {
    image.pixels.push_back(static_cast<std::uint8_t>(TIFFGetR(pixel)));
    image.pixels.push_back(static_cast<std::uint8_t>(TIFFGetG(pixel)));
    image.pixels.push_back(static_cast<std::uint8_t>(TIFFGetB(pixel)));
  }
  return image;
}

Result<RgbImage> read_through_libtiff(Bytes file, const TiffDirectory& d, const TiffLayout& layout,
                                      const std::string& name) {
  prepare_media_libraries();
  Source source{file, 0};
  const Tiff tiff(TIFFClientOpen("picture", "rm", &source, read_source, write_nothing, seek_source, keep_open,
                                 size_of_source, nullptr, nullptr));
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  if (!tiff || TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width) == 0 ||
      TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height) == 0 || width != d.width || height != d.height) {
    return image_damaged(name);
  }
  if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(d.compression)) == 0) {
    return image_kind_unsupported(name, "a TIFF compressed in this way");
  }
  if (d.photometric == kYcbcr) {
    if (d.compression != kJpeg || d.planar != 1) return read_as_rgba(tiff.get(), d, name);
    TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  Page page(d, layout);
  if (auto read = read_blocks(tiff.get(), d, page, name); !read) return read.error();
  return page.finish();
}

Result<RgbImage> read_page(Bytes file, const TiffDirectory& d, const std::string& name) {
  auto layout = tiff_layout(d, name);
  if (!layout) return layout.error();
  const bool planes = d.planar == 2 && layout->samples > 1;
  if (planes && layout->bits % 8 != 0) return image_kind_unsupported(name, "this kind of TIFF");
  if (d.compression != kUncompressed || d.photometric == kYcbcr)
    return read_through_libtiff(file, d, *layout, name);
  // Pixels that the file cannot hold are refused before memory is taken for them.
  if (layout->row_bytes(d.width, 1) > static_cast<std::int64_t>(file.size()) / (d.height * layout->samples)) {
    return image_ends_early(name);
  }
  Page page(d, *layout);
  if (auto read = read_uncompressed(file, d, page, name); !read) return read.error();
  return page.finish();
}

}  // namespace

Result<DecodedPixels> decode_tiff(Bytes file, const std::string& name) {
  auto directory = read_tiff_directory(file, name);
  if (!directory) return directory.error();
  auto image = read_page(file, *directory, name);
  if (!image) return directory->cut_off ? image_ends_early(name) : image.error();
  return DecodedPixels{std::move(*image), directory->orientation};
}

}  // namespace fovea
