#include "core/input/vision/image_header.h"

#include "core/input/vision/bmp_decoder.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/image_errors.h"
#include "core/input/vision/jpeg_markers.h"
#include "core/input/vision/png_chunks.h"
#include "core/input/vision/tiff_directory.h"
#include "core/input/vision/webp_decoder.h"

#include <exception>
#include <optional>

namespace fovea {
namespace {

/// The format by its first bytes.
Result<ImageFormat> format_of(Bytes file, const std::string& name) {
  if (has_at(file, 0, "\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (has_at(file, 0, "\xFF\xD8\xFF")) return ImageFormat::kJpeg;
  if (is_webp(file)) return ImageFormat::kWebp;
  if (is_tiff(file)) return ImageFormat::kTiff;
  if (has_at(file, 0, "BM")) return ImageFormat::kBmp;
  if (has_at(file, 0, "GIF87a") || has_at(file, 0, "GIF89a")) {
    return unreadable_image(name, "GIF is not supported.", "Save it as PNG.");
  }
  return unreadable_image(name, "it is no PNG, JPEG, WebP, BMP or TIFF picture.");
}

Result<ImageHeader> parse(Bytes file, const std::string& name) {
  auto format = format_of(file, name);
  if (!format) return format.error();
  ImageHeader header;
  header.format = *format;
  switch (*format) {
    case ImageFormat::kPng: {
      auto chunks = read_png_chunks(file, name);
      if (!chunks) return chunks.error();
      header.width = chunks->width;
      header.height = chunks->height;
      header.animated = chunks->animated;
      break;
    }
    case ImageFormat::kJpeg: {
      auto markers = read_jpeg_markers(file, name);
      if (!markers) return markers.error();
      header.width = markers->width;
      header.height = markers->height;
      break;
    }
    case ImageFormat::kWebp: {
      auto webp = read_webp_header(file, name);
      if (!webp) return webp.error();
      header.width = webp->width;
      header.height = webp->height;
      header.animated = webp->animated;
      break;
    }
    case ImageFormat::kBmp: {
      auto bmp = read_bmp_header(file, name);
      if (!bmp) return bmp.error();
      header.width = bmp->width;
      header.height = bmp->height;
      break;
    }
    case ImageFormat::kTiff: {
      auto tiff = read_tiff_directory(file, name);
      if (!tiff) return tiff.error();
      header.width = tiff->width;
      header.height = tiff->height;
      header.several_pages = tiff->several_pages;
      break;
    }
  }
  return header;
}

Error too_large(const std::string& name, const std::string& limit) {
  return Error{ErrorCode::kTooLarge,
               (name.empty() ? "The picture" : name) + " is too large: over " + limit + ".",
               "Make it smaller.", ""};
}

}  // namespace

std::string_view image_format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kJpeg:
      return "JPEG";
    case ImageFormat::kWebp:
      return "WebP";
    case ImageFormat::kBmp:
      return "BMP";
    case ImageFormat::kTiff:
      return "TIFF";
  }
  return "";
}

Result<ImageHeader> read_image_header(std::span<const std::uint8_t> file, const std::string& name) {
  if (file.empty()) return unreadable_image(name, "the file is empty.");
  if (file.size() > static_cast<std::size_t>(kMaxImageFileBytes)) return too_large(name, "256 MB");
  try {
    auto header = parse(file, name);
    if (!header) return header;
    if (header->width < 1 || header->height < 1) return unreadable_image(name, "it has no pixels.");
    if (header->width > kMaxImagePixels || header->height > kMaxImagePixels / header->width) {
      return too_large(name, "200 megapixels");
    }
    return header;
  } catch (const std::exception&) {
    return image_out_of_memory(name);
  }
}

}  // namespace fovea
