#include "core/input/vision/orientation.h"

#include <utility>

#include <opencv2/core.hpp>

namespace fovea {
namespace {

constexpr std::uint32_t kOrientationTag = 274;

/// Bytes of one value of a TIFF type; 0 for types that this tag is not read from.
std::uint64_t integer_bytes(std::uint32_t type) {
  switch (type) {
    case 3:  // SHORT
    case 8:  // SSHORT
      return 2;
    case 4:   // LONG
    case 9:   // SLONG
    case 13:  // IFD
      return 4;
    case 16:  // LONG8
      return 8;
    default:
      return 0;
  }
}

cv::Mat view(RgbImage& image) {
  return cv::Mat(image.height, image.width, CV_8UC3, image.pixels.data());
}

}  // namespace

std::optional<std::int64_t> orientation_of_directory(const ByteReader& tiff, std::uint64_t offset,
                                                     bool big_tiff) {
  const std::uint64_t count_bytes = big_tiff ? 8 : 2;
  const std::uint64_t entry_bytes = big_tiff ? 20 : 12;
  const std::uint64_t value_bytes = big_tiff ? 8 : 4;
  const auto count = tiff.number(offset, count_bytes);
  if (!count) return std::nullopt;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::uint64_t entry = offset + count_bytes + i * entry_bytes;
    if (!tiff.slice(entry, entry_bytes)) break;
    if (tiff.u16(entry) != kOrientationTag) continue;
    const std::uint64_t size = integer_bytes(*tiff.u16(entry + 2));
    const auto values = tiff.number(entry + 4, value_bytes);
    if (size == 0 || *values == 0 || *values > tiff.size()) continue;
    const std::uint64_t field = entry + 4 + value_bytes;
    const std::uint64_t place = size * *values <= value_bytes ? field : *tiff.number(field, value_bytes);
    if (!tiff.slice(place, size * *values)) break;
    return static_cast<std::int64_t>(*tiff.number(place, size));
  }
  return std::nullopt;
}

std::optional<std::int64_t> orientation_of_exif(Bytes exif) {
  constexpr std::string_view kPrefix("Exif\0\0", 6);
  for (int i = 0; i < 2 && has_at(exif, 0, kPrefix); ++i) exif = exif.subspan(kPrefix.size());
  const bool big_endian = has_at(exif, 0, "MM");
  if (!big_endian && !has_at(exif, 0, "II")) return std::nullopt;
  const ByteReader tiff(exif, big_endian);
  const auto offset = tiff.u32(4);
  return offset ? orientation_of_directory(tiff, *offset, false) : std::nullopt;
}

std::optional<std::int64_t> orientation_of_xmp(std::string_view xmp) {
  constexpr std::string_view kKey = "tiff:Orientation";
  for (std::size_t at = xmp.find(kKey); at != std::string_view::npos; at = xmp.find(kKey, at + 1)) {
    std::string_view rest = xmp.substr(at + kKey.size());
    if (rest.starts_with("=\"")) {
      rest.remove_prefix(2);
    } else if (rest.starts_with(">")) {
      rest.remove_prefix(1);
    } else {
      continue;
    }
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') return rest.front() - '0';
  }
  return std::nullopt;
}

RgbImage oriented(RgbImage image, std::int64_t orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool swaps_sides = orientation >= 5;
  RgbImage result{swaps_sides ? image.height : image.width, swaps_sides ? image.width : image.height,
                  std::vector<std::uint8_t>(image.pixels.size())};
  const cv::Mat source = view(image);
  cv::Mat target = view(result);
  switch (orientation) {
    case 2:
      cv::flip(source, target, 1);
      break;
    case 3:
      cv::rotate(source, target, cv::ROTATE_180);
      break;
    case 4:
      cv::flip(source, target, 0);
      break;
    case 5:
      cv::transpose(source, target);
      break;
    case 6:
      cv::rotate(source, target, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:
      cv::transpose(source, target);
      cv::rotate(target, target, cv::ROTATE_180);
      break;
    default:
      cv::rotate(source, target, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
  }
  return result;
}

}  // namespace fovea
