#include "core/input/vision/webp_decoder.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/orientation.h"

#include <memory>
#include <string_view>
#include <utility>

#include <webp/demux.h>

namespace fovea {
namespace {

struct DeleteDecoder {
  void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

/// A chunk beside the pixels: "EXIF" or "XMP ".
Bytes chunk_of(const WebPDemuxer* demuxer, const char* kind) {
  WebPChunkIterator iterator;
  if (WebPDemuxGetChunk(demuxer, kind, 1, &iterator) == 0) return {};
  const Bytes bytes(iterator.chunk.bytes, iterator.chunk.size);  // points into the file
  WebPDemuxReleaseChunkIterator(&iterator);
  return bytes;
}

}  // namespace

bool is_webp(Bytes file) {
  return has_at(file, 0, "RIFF") && has_at(file, 8, "WEBP") &&
         (has_at(file, 12, "VP8 ") || has_at(file, 12, "VP8L") || has_at(file, 12, "VP8X"));
}

Result<WebpHeader> read_webp_header(Bytes file, const std::string& name) {
  const ByteReader reader(file, false);
  if (file.size() < 30 && !(has_at(file, 12, "VP8L") && file.size() >= 25)) return image_ends_early(name);
  if (std::uint64_t{*reader.u32(4)} + 8 > file.size()) return image_ends_early(name);
  WebpHeader header;
  if (has_at(file, 12, "VP8 ")) {
    if (!has_at(file, 23, "\x9D\x01\x2A")) return image_damaged(name);
    header.width = *reader.u16(26) & 0x3FFFU;
    header.height = *reader.u16(28) & 0x3FFFU;
  } else if (has_at(file, 12, "VP8L")) {
    if (file[20] != 0x2F) return image_damaged(name);
    const std::uint32_t sides = *reader.u32(21);
    header.width = (sides & 0x3FFFU) + 1;
    header.height = (sides >> 14 & 0x3FFFU) + 1;
  } else {
    header.animated = (file[20] & 2U) != 0;
    header.width = static_cast<std::int64_t>(*reader.number(24, 3)) + 1;
    header.height = static_cast<std::int64_t>(*reader.number(27, 3)) + 1;
  }
  return header;
}

Result<DecodedPixels> decode_webp(Bytes file, const std::string& name) {
  auto header = read_webp_header(file, name);
  if (!header) return header.error();
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPAnimDecoder, DeleteDecoder> decoder(WebPAnimDecoderNew(&data, nullptr));
  WebPAnimInfo info;
  if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0) return image_damaged(name);
  if (info.canvas_width != header->width || info.canvas_height != header->height) return image_damaged(name);
  std::uint8_t* rgba = nullptr;
  int time = 0;
  if (WebPAnimDecoderGetNext(decoder.get(), &rgba, &time) == 0) return image_damaged(name);

  const auto pixels = static_cast<std::size_t>(header->width * header->height);
  DecodedPixels result{{static_cast<int>(header->width), static_cast<int>(header->height), {}}, std::nullopt};
  result.image.pixels.resize(pixels * 3);
  std::uint8_t* rgb = result.image.pixels.data();
  for (std::size_t i = 0; i < pixels; ++i, rgb += 3, rgba += 4) {
    for (int channel = 0; channel < 3; ++channel) rgb[channel] = rgba[channel];
  }
  const WebPDemuxer* demuxer = WebPAnimDecoderGetDemuxer(decoder.get());
  result.orientation = orientation_of_exif(chunk_of(demuxer, "EXIF"));
  if (!result.orientation) {
    const Bytes xmp = chunk_of(demuxer, "XMP ");
    const std::string_view text(reinterpret_cast<const char*>(xmp.data()), xmp.size());  // NOLINT
    result.orientation = orientation_of_xmp(text);
  }
  return result;
}

}  // namespace fovea
