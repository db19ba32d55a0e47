#include "core/input/vision/png_decoder.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/png_chunks.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include <zlib.h>

namespace fovea {
namespace {

enum Colour { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgbAlpha = 6 };

/// Samples a pixel; 0 for combinations that PNG does not have.
int channels_of(int colour_type, int depth) {
  const bool deep = depth == 8 || depth == 16;
  switch (colour_type) {
    case kGrey:
      return deep || depth == 1 || depth == 2 || depth == 4 ? 1 : 0;
    case kPalette:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 ? 1 : 0;
    case kRgb:
      return deep ? 3 : 0;
    case kGreyAlpha:
      return deep ? 2 : 0;
    case kRgbAlpha:
      return deep ? 4 : 0;
    default:
      return 0;
  }
}

/// One pass over the picture: which pixels its rows hold.
struct Pass {
  std::int64_t first_x, first_y, step_x, step_y;
};

constexpr Pass kWhole[] = {{0, 0, 1, 1}};
constexpr Pass kAdam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                           {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

/// zlib data spread over several chunks, unpacked on demand.
class Inflater {
 public:
  explicit Inflater(const std::vector<Bytes>& chunks) : chunks_(chunks) {
    ready_ = inflateInit(&stream_) == Z_OK;
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Status { kFull, kEnded, kCutOff, kDamaged };

  /// Fills `row`. kEnded: the data came to its own end at a row's border; kCutOff: the chunks did before.
  Status fill(std::vector<std::uint8_t>& row) {
    if (!ready_) return Status::kDamaged;
    if (ended_) return Status::kEnded;
    stream_.next_out = row.data();
    stream_.avail_out = static_cast<uInt>(row.size());
    while (stream_.avail_out > 0) {
      if (stream_.avail_in == 0 && !next_chunk()) return Status::kCutOff;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        ended_ = true;
        return stream_.avail_out == 0 ? Status::kFull : Status::kCutOff;
      }
      if (status != Z_OK && status != Z_BUF_ERROR) return Status::kDamaged;  // asking for a dictionary, too
    }
    return Status::kFull;
  }

 private:
  bool next_chunk() {
    while (next_ < chunks_.size() && chunks_[next_].empty()) ++next_;
    if (next_ == chunks_.size()) return false;
    stream_.next_in =
        const_cast<Bytef*>(chunks_[next_].data());  // zlib's old interface; it does not write there
    stream_.avail_in = static_cast<uInt>(chunks_[next_].size());
    ++next_;
    return true;
  }

  const std::vector<Bytes>& chunks_;
  std::size_t next_ = 0;
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
};

std::uint8_t paeth(int left, int above, int corner) {
  const int by_left = std::abs(above - corner);
  const int by_above = std::abs(left - corner);
  const int by_corner = std::abs(left + above - 2 * corner);
  if (by_left <= by_above && by_left <= by_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(by_above <= by_corner ? above : corner);
}

/// Undoes a row's filter in place. Both rows begin with the filter's byte. False for an unknown filter.
bool unfilter(std::vector<std::uint8_t>& row, const std::vector<std::uint8_t>& above,
              std::size_t pixel_bytes) {
  const std::size_t size = row.size();
  const auto add = [&row](std::size_t i, int value) { row[i] = static_cast<std::uint8_t>(row[i] + value); };
  const std::size_t start = std::min(size, pixel_bytes + 1);
  switch (row[0]) {
    case 0:
      return true;
    case 1:
      for (std::size_t i = start; i < size; ++i) add(i, row[i - pixel_bytes]);
      return true;
    case 2:
      for (std::size_t i = 1; i < size; ++i) add(i, above[i]);
      return true;
    case 3:
      for (std::size_t i = 1; i < start; ++i) add(i, above[i] / 2);
      for (std::size_t i = start; i < size; ++i) add(i, (row[i - pixel_bytes] + above[i]) / 2);
      return true;
    case 4:
      for (std::size_t i = 1; i < start; ++i) add(i, above[i]);
      for (std::size_t i = start; i < size; ++i) {
        add(i, paeth(row[i - pixel_bytes], above[i], above[i - pixel_bytes]));
      }
      return true;
    default:
      return false;
  }
}

/// Whether the chunks can hold so many bytes: deflate packs at most 1032 into one.
bool can_hold(const PngChunks& png, std::int64_t bytes) {
  std::int64_t packed = 0;
  for (const Bytes& chunk : png.data) packed += static_cast<std::int64_t>(chunk.size());
  return bytes / 1032 <= packed;
}

/// Turns one unfiltered row into RGB.
class RowConverter {
 public:
  explicit RowConverter(const PngChunks& png) : depth_(png.bit_depth), colour_type_(png.colour_type) {
    const std::size_t entries = std::min<std::size_t>(png.palette.size() / 3, palette_.size());
    for (std::size_t i = 0; i < entries; ++i) {
      palette_[i] = {png.palette[3 * i], png.palette[3 * i + 1], png.palette[3 * i + 2]};
    }
  }

  void convert(const std::uint8_t* in, std::int64_t pixels, std::uint8_t* out, std::int64_t out_step) const {
    const int bytes = depth_ / 8;
    if (bytes == 1 && colour_type_ == kRgb && out_step == 1) {
      std::copy_n(in, pixels * 3, out);
      return;
    }
    for (std::int64_t x = 0; x < pixels; ++x, out += 3 * out_step) {
      if (depth_ < 8) {
        const std::int64_t bit = x * depth_;
        const int value = in[bit / 8] >> (8 - depth_ - bit % 8) & ((1 << depth_) - 1);
        put(out, colour_type_ == kPalette ? palette_[static_cast<std::size_t>(value)]
                                          : grey(value * kScale[depth_]));
        continue;
      }
      const std::uint8_t* pixel = in + x * bytes * channels_of(colour_type_, depth_);
      switch (colour_type_) {
        case kPalette:
          put(out, palette_[*pixel]);
          break;
        case kGrey:
          put(out, grey(bytes == 1 ? pixel[0] : pixel[0] == 0 ? pixel[1] : 255));
          break;
        case kGreyAlpha:
          put(out, grey(pixel[0]));
          break;
        default:
          put(out, {pixel[0], pixel[bytes], pixel[2 * bytes]});
          break;
      }
    }
  }

 private:
  using Pixel = std::array<std::uint8_t, 3>;
  static constexpr int kScale[] = {0, 255, 85, 0, 17};  // from 1, 2 and 4 bits to 8

  static Pixel grey(int value) {
    const auto level = static_cast<std::uint8_t>(value);
    return {level, level, level};
  }
  static void put(std::uint8_t* out, const Pixel& pixel) { std::copy(pixel.begin(), pixel.end(), out); }

  int depth_;
  int colour_type_;
  std::array<Pixel, 256> palette_{};  // entries that the file lacks are black
};

}  // namespace

Result<DecodedPixels> decode_png(Bytes file, const std::string& name) {
  auto png = read_png_chunks(file, name);
  if (!png) return png.error();
  const int channels = channels_of(png->colour_type, png->bit_depth);
  if (channels == 0 || png->palette.size() > 768) return image_damaged(name);
  const auto pixel_bits = static_cast<std::int64_t>(channels) * png->bit_depth;
  const auto pixel_bytes = static_cast<std::size_t>((pixel_bits + 7) / 8);

  // Before memory is taken for pixels that cannot come.
  if (!can_hold(*png, png->width * pixel_bits / 8 * png->height)) return image_ends_early(name);

  RgbImage image{static_cast<int>(png->width), static_cast<int>(png->height),
                 std::vector<std::uint8_t>(static_cast<std::size_t>(png->width * png->height * 3))};
  Inflater inflater(png->data);
  const RowConverter converter(*png);
  const std::span<const Pass> passes =
      png->interlaced ? std::span<const Pass>(kAdam7) : std::span<const Pass>(kWhole);
  for (const Pass& pass : passes) {
    const std::int64_t columns = (png->width - pass.first_x + pass.step_x - 1) / pass.step_x;
    if (columns <= 0) continue;
    std::vector<std::uint8_t> row(static_cast<std::size_t>((columns * pixel_bits + 7) / 8 + 1));
    std::vector<std::uint8_t> above(row.size());
    for (std::int64_t y = pass.first_y; y < png->height; y += pass.step_y) {
      switch (inflater.fill(row)) {
        case Inflater::Status::kFull:
          break;
        case Inflater::Status::kEnded:
          return DecodedPixels{std::move(image), png->orientation};  // the rest is black
        case Inflater::Status::kCutOff:
          return image_ends_early(name);
        case Inflater::Status::kDamaged:
          return image_damaged(name);
      }
      if (!unfilter(row, above, pixel_bytes)) return image_damaged(name);
      converter.convert(row.data() + 1, columns, image.pixels.data() + (y * png->width + pass.first_x) * 3,
                        pass.step_x);
      std::swap(row, above);
    }
  }
  return DecodedPixels{std::move(image), png->orientation};
}

}  // namespace fovea
