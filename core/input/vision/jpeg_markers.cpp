#include "core/input/vision/jpeg_markers.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/orientation.h"

#include <string_view>
#include <vector>

namespace fovea {
namespace {

constexpr std::string_view kExif("Exif\0\0", 6);
constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);

/// Frame headers: SOF0 to SOF15 without DHT, JPG and DAC, and DHP.
bool is_frame(std::uint8_t marker) {
  if (marker == 0xDE) return true;
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Markers without a segment: JPG, RST0 to RST7, SOI, EOI, JPG0 to JPG13.
bool stands_alone(std::uint8_t marker) {
  return marker == 0xC8 || (marker >= 0xD0 && marker <= 0xD9) || (marker >= 0xF0 && marker <= 0xFD);
}

Result<void> take_frame(Bytes body, const std::string& name, JpegMarkers& markers) {
  const ByteReader reader(body, true);
  if (body.size() < 6) return image_damaged(name);
  if (body[0] != 8) return image_kind_unsupported(name, "a JPEG of " + std::to_string(body[0]) + " bits");
  markers.height = *reader.u16(1);
  markers.width = *reader.u16(3);
  markers.components = body[5];
  if (markers.components != 1 && markers.components != 3 && markers.components != 4) {
    return image_kind_unsupported(name, "a JPEG of " + std::to_string(markers.components) + " components");
  }
  if (markers.width == 0 || markers.height == 0) return unreadable_image(name, "it has no pixels.");
  return {};
}

}  // namespace

Result<JpegMarkers> read_jpeg_markers(Bytes file, const std::string& name) {
  const ByteReader reader(file, true);
  JpegMarkers markers;
  std::vector<std::uint8_t> exif;
  std::string_view xmp;
  std::size_t at = 2;
  while (true) {
    while (at < file.size() && file[at] != 0xFF) ++at;  // junk
    while (at < file.size() && file[at] == 0xFF) ++at;  // padding
    if (at >= file.size()) return image_ends_early(name);
    const std::uint8_t marker = file[at++];
    if (marker == 0 || stands_alone(marker)) continue;
    if (marker < 0xC0) return image_damaged(name);
    const auto length = reader.u16(at);
    if (!length) return image_ends_early(name);
    const auto body = *length < 2 ? std::optional<Bytes>(Bytes()) : reader.slice(at + 2, *length - 2);
    if (!body) return image_ends_early(name);
    if (is_frame(marker)) {
      if (auto frame = take_frame(*body, name, markers); !frame) return frame.error();
    } else if (marker == 0xE1 && has_at(*body, 0, kExif)) {
      const auto part = exif.empty() ? *body : body->subspan(kExif.size());
      exif.insert(exif.end(), part.begin(), part.end());
    } else if (marker == 0xE1 && has_at(*body, 0, kXmp)) {
      const auto text = body->subspan(kXmp.size());
      xmp = {reinterpret_cast<const char*>(text.data()), text.size()};  // NOLINT: bytes as characters
    } else if (marker == 0xDA) {
      break;
    }
    at += 2 + body->size();
  }
  if (markers.components == 0) return image_damaged(name);
  markers.orientation = orientation_of_exif(exif);
  if (!markers.orientation) markers.orientation = orientation_of_xmp(xmp);
  return markers;
}

}  // namespace fovea
