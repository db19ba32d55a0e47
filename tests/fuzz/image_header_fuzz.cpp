// Any bytes as a picture: the header check must answer, and where it lets a small picture through, the
// decoders that are our own (PNG, BMP, uncompressed TIFF) must give its size or an error.

#include "core/input/vision/bmp_decoder.h"
#include "core/input/vision/image_header.h"
#include "core/input/vision/png_decoder.h"
#include "core/input/vision/tiff_decoder.h"
#include "core/input/vision/tiff_directory.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <zlib.h>

namespace {

constexpr std::int64_t kMostPixels = 1 << 20;

/// The promise under test; a broken one ends the process, which is what the fuzzer looks for.
void require(bool kept) {
  if (!kept) std::abort();
}

void check_pixels(const fovea::ImageHeader& header, const fovea::Result<fovea::DecodedPixels>& decoded) {
  if (!decoded) return require(!decoded.error().message.empty());
  const fovea::RgbImage& image = decoded->image;
  require(image.width == header.width && image.height == header.height);
  require(image.pixels.size() == static_cast<std::size_t>(header.width * header.height * 3));
}

/// Makes the checksums of a PNG's chunks right, so that what lies behind them is tried as well.
std::vector<std::uint8_t> with_checksums(fovea::Bytes file) {
  std::vector<std::uint8_t> result(file.begin(), file.end());
  std::size_t at = 8;
  while (const auto length = fovea::ByteReader(file, true).u32(at)) {
    if (*length > file.size() || at + 12 + *length > file.size()) break;
    const auto sum = crc32(0, result.data() + at + 4, *length + 4);
    for (std::size_t i = 0; i < 4; ++i)
      result[at + 8 + *length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += 12 + *length;
  }
  return result;
}

void check(fovea::Bytes file) {
  const std::string name = "picture";
  const auto header = fovea::read_image_header(file, name);
  if (!header) {
    return require(!header.error().message.empty());
  }
  require(header->width > 0 && header->height > 0 &&
          header->width * header->height <= fovea::kMaxImagePixels);
  if (header->width * header->height > kMostPixels) return;
  if (header->format == fovea::ImageFormat::kPng) check_pixels(*header, fovea::decode_png(file, name));
  if (header->format == fovea::ImageFormat::kBmp) check_pixels(*header, fovea::decode_bmp(file, name));
  if (header->format == fovea::ImageFormat::kTiff) {
    const auto directory = fovea::read_tiff_directory(file, name);
    if (directory && directory->compression == 1) check_pixels(*header, fovea::decode_tiff(file, name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fovea::Bytes file(data, size);
  check(file);
  if (fovea::has_at(file, 0, "\x89PNG")) check(with_checksums(file));
  return 0;
}
