#include "core/input/vision/jpeg_decoder.h"

#include "core/input/vision/cmyk.h"
#include "core/input/vision/image_errors.h"
#include "core/input/vision/jpeg_markers.h"

#include <csetjmp>
#include <cstdio>
#include <utility>
#include <vector>

#include <jpeglib.h>

namespace fovea {
namespace {

/// More scans than any encoder writes; each one costs a pass over the whole picture.
constexpr int kMaxScans = 500;

enum class Outcome { kDone, kEndsEarly, kDamaged };

/// libjpeg's state. Errors jump back to decode_rows.
struct Session {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error{};
};

Session& session_of(j_common_ptr codec) {
  return *static_cast<Session*>(codec->client_data);
}

void leave(j_common_ptr codec) {
  std::longjmp(session_of(codec).on_error, 1);
}
void stay_silent(j_common_ptr) {}
void count_warning(j_common_ptr codec, int level) {
  if (level < 0) ++codec->err->num_warnings;
}
void watch_scans(j_common_ptr codec) {
  if (session_of(codec).codec.input_scan_number > kMaxScans) leave(codec);
}

void nothing(j_decompress_ptr) {}
/// The whole file is there from the start: asking for more means that it ends early.
boolean no_more(j_decompress_ptr) {
  return FALSE;
}
void skip(j_decompress_ptr codec, long bytes) {
  if (bytes <= 0) return;
  jpeg_source_mgr& source = *codec->src;
  const auto count = static_cast<std::size_t>(bytes);
  const std::size_t step = count < source.bytes_in_buffer ? count : source.bytes_in_buffer;
  source.next_input_byte += step;
  source.bytes_in_buffer -= step;
}

void prepare(Session& session, Bytes file) {
  session.codec.err = jpeg_std_error(&session.errors);
  session.errors.error_exit = leave;
  session.errors.output_message = stay_silent;
  session.errors.emit_message = count_warning;
  session.codec.client_data = &session;
  session.source.init_source = nothing;
  session.source.fill_input_buffer = no_more;
  session.source.skip_input_data = skip;
  session.source.resync_to_restart = jpeg_resync_to_restart;
  session.source.term_source = nothing;
  session.source.next_input_byte = file.data();
  session.source.bytes_in_buffer = file.size();
  session.progress.progress_monitor = watch_scans;
}

/// Decodes into `rows` ([height][width][components]), which grows when the first row is there: a header alone
/// costs no memory. Nothing in here may need a destructor: errors jump.
Outcome decode_rows(Session& session, const JpegMarkers& markers, std::vector<std::uint8_t>& rows) {
  jpeg_decompress_struct& codec = session.codec;
  if (setjmp(session.on_error) != 0) {
    jpeg_destroy_decompress(&codec);
    return Outcome::kDamaged;
  }
  jpeg_create_decompress(&codec);
  codec.client_data = &session;
  codec.src = &session.source;
  codec.progress = &session.progress;
  Outcome outcome = Outcome::kDone;
  if (jpeg_read_header(&codec, FALSE) == JPEG_SUSPENDED) {
    outcome = Outcome::kEndsEarly;
  } else if (codec.image_width != markers.width || codec.image_height != markers.height ||
             codec.num_components != markers.components) {
    outcome = Outcome::kDamaged;
  } else {
    codec.out_color_space = markers.components == 1   ? JCS_GRAYSCALE
                            : markers.components == 3 ? JCS_RGB
                                                      : JCS_CMYK;
    if (jpeg_start_decompress(&codec) == FALSE) {
      outcome = Outcome::kEndsEarly;
    } else {
      const std::size_t stride =
          std::size_t{codec.output_width} * static_cast<std::size_t>(codec.output_components);
      rows.resize(stride);
      while (outcome == Outcome::kDone && codec.output_scanline < codec.output_height) {
        if (codec.output_scanline == 1) rows.resize(stride * codec.output_height);
        JSAMPROW row = rows.data() + codec.output_scanline * stride;
        if (jpeg_read_scanlines(&codec, &row, 1) != 1) outcome = Outcome::kEndsEarly;
      }
    }
  }
  jpeg_destroy_decompress(&codec);
  return outcome;
}

void grey_to_rgb(const std::vector<std::uint8_t>& grey, std::uint8_t* rgb) {
  for (const std::uint8_t level : grey) {
    for (int i = 0; i < 3; ++i) *rgb++ = level;
  }
}

void inverted_cmyk_to_rgb(const std::vector<std::uint8_t>& rows, std::uint8_t* rgb) {
  for (std::size_t i = 0; i + 4 <= rows.size(); i += 4, rgb += 3) {
    std::uint8_t cmyk[4];
    for (std::size_t k = 0; k < 4; ++k) cmyk[k] = static_cast<std::uint8_t>(255 - rows[i + k]);
    cmyk_to_rgb(cmyk, rgb);
  }
}

}  // namespace

Result<DecodedPixels> decode_jpeg(Bytes file, const std::string& name) {
  auto markers = read_jpeg_markers(file, name);
  if (!markers) return markers.error();
  const auto pixels = static_cast<std::size_t>(markers->width * markers->height);
  std::vector<std::uint8_t> rows;
  Session session;
  prepare(session, file);
  switch (decode_rows(session, *markers, rows)) {
    case Outcome::kDone:
      break;
    case Outcome::kEndsEarly:
      return image_ends_early(name);
    case Outcome::kDamaged:
      return image_damaged(name);
  }
  RgbImage image{static_cast<int>(markers->width), static_cast<int>(markers->height), {}};
  if (markers->components == 3) {
    image.pixels = std::move(rows);
  } else {
    image.pixels.resize(pixels * 3);
    markers->components == 1 ? grey_to_rgb(rows, image.pixels.data())
                             : inverted_cmyk_to_rgb(rows, image.pixels.data());
  }
  return DecodedPixels{std::move(image), markers->orientation};
}

}  // namespace fovea
