#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fovea {

enum class ImageFormat { kPng, kJpeg, kWebp, kBmp, kTiff };

/// "PNG", "JPEG", "WebP", "BMP", "TIFF".
std::string_view image_format_name(ImageFormat format);

/// What a picture's file says of itself before anything is decoded.
struct ImageHeader {
  ImageFormat format = ImageFormat::kPng;
  std::int64_t width = 0;      ///< pixels, as stored (before the file's orientation is applied)
  std::int64_t height = 0;     ///< pixels
  bool animated = false;       ///< APNG or animated WebP: only the first frame is used
  bool several_pages = false;  ///< TIFF: only the first page is used
};

inline constexpr std::int64_t kMaxImageFileBytes = 256LL << 20;
inline constexpr std::int64_t kMaxImagePixels = 200'000'000;

/// Recognises a picture by its first bytes alone (a name's ending counts for nothing), finds its size and
/// checks it against the limits, in time linear in the file and without decoding pixels. Compressed texts and
/// profiles of a PNG are unpacked to no more than 1 MB each, to see that they are not more. `name` is shown
/// in messages; may be empty. Errors: kInvalidImage for unknown formats, GIF, sides of 0, headers that break
/// off or contradict themselves; kTooLarge over kMaxImageFileBytes or kMaxImagePixels.
Result<ImageHeader> read_image_header(std::span<const std::uint8_t> file, const std::string& name);

}  // namespace fovea
