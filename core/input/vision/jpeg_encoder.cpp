#include "core/input/vision/jpeg_encoder.h"

#include "core/input/vision/image_errors.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>

namespace fovea {
namespace {

struct FreeBuffer {
  void operator()(unsigned char* bytes) const { std::free(bytes); }  // NOLINT: libjpeg allocates by malloc
};

/// libjpeg's state. Errors jump back to write_rows.
struct Writing {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  std::jmp_buf on_error{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): jpeg_mem_dest's type
};

void leave_writing(j_common_ptr codec) {
  std::longjmp(static_cast<Writing*>(codec->client_data)->on_error, 1);
}
void say_nothing(j_common_ptr) {}
void warn_nobody(j_common_ptr, int) {}

/// Nothing in here may need a destructor: errors jump.
bool write_rows(Writing& writing, const RgbImage& image, int quality) {
  jpeg_compress_struct& codec = writing.codec;
  if (setjmp(writing.on_error) != 0) {
    jpeg_destroy_compress(&codec);
    return false;
  }
  jpeg_create_compress(&codec);
  codec.client_data = &writing;
  jpeg_mem_dest(&codec, &writing.bytes, &writing.size);
  codec.image_width = static_cast<JDIMENSION>(image.width);
  codec.image_height = static_cast<JDIMENSION>(image.height);
  codec.input_components = 3;
  codec.in_color_space = JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, quality, TRUE);
  jpeg_start_compress(&codec, TRUE);
  const std::size_t stride = std::size_t{codec.image_width} * 3;
  while (codec.next_scanline < codec.image_height) {
    // libjpeg's type for rows is not const; it only reads them.
    auto* row = const_cast<JSAMPROW>(image.pixels.data() + codec.next_scanline * stride);  // NOLINT
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  return true;
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality, const std::string& name) {
  Writing writing;
  writing.codec.err = jpeg_std_error(&writing.errors);
  writing.errors.error_exit = leave_writing;
  writing.errors.output_message = say_nothing;
  writing.errors.emit_message = warn_nobody;
  writing.codec.client_data = &writing;
  const bool written = write_rows(writing, image, quality);
  const std::unique_ptr<unsigned char, FreeBuffer> owner(writing.bytes);
  if (!written) return image_out_of_memory(name);
  return std::vector<std::uint8_t>(writing.bytes, writing.bytes + writing.size);
}

}  // namespace fovea
