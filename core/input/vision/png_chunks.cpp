#include "core/input/vision/png_chunks.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/orientation.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <zlib.h>

namespace fovea {
namespace {

constexpr std::size_t kMaxUnpacked = 1U << 20;        // of one text or profile; Pillow's MAX_TEXT_CHUNK
constexpr std::size_t kMaxTexts = 64 * kMaxUnpacked;  // of all texts; Pillow's MAX_TEXT_MEMORY

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: bytes as characters
}

/// Unpacks zlib data up to the limit. Damaged data gives an empty text, as in Pillow; nothing means too much.
std::optional<std::string> unpack(Bytes packed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::string();
  std::string text(kMaxUnpacked, '\0');
  stream.next_in = const_cast<Bytef*>(packed.data());  // zlib's old interface; it does not write there
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(text.size());
  const int status = inflate(&stream, Z_SYNC_FLUSH);
  const bool too_much = status != Z_STREAM_END && stream.avail_out == 0 && stream.avail_in > 0;
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  if (too_much) return std::nullopt;
  if (status < 0 && status != Z_BUF_ERROR) return std::string();
  return text;
}

/// Hex digits after the third line: how ImageMagick wraps EXIF into a text.
std::vector<std::uint8_t> unwrap_profile(std::string_view text) {
  for (int line = 0; line < 3; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::vector<std::uint8_t> result;
  int high = -1;
  for (const char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isspace(letter) != 0) continue;
    if (std::isxdigit(letter) == 0) return {};
    const int digit = std::isdigit(letter) != 0 ? c - '0' : std::tolower(letter) - 'a' + 10;
    if (high >= 0) result.push_back(static_cast<std::uint8_t>(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  return result;
}

/// Goes through the chunks once; what is said about orientation is settled at the end.
class Reader {
 public:
  Reader(Bytes file, const std::string& name) : file_(file), name_(name) {}

  Result<PngChunks> read() {
    std::uint64_t at = 8;
    bool in_data = false;
    bool after_data = false;
    const ByteReader reader(file_, true);
    while (true) {
      const auto length = reader.u32(at);
      const auto type = reader.slice(at + 4, 4);
      if (!length || !type) break;
      const std::string_view kind = as_text(*type);
      if (!std::all_of(kind.begin(), kind.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; })) {
        if (after_data || in_data) break;
        return image_damaged(name_);
      }
      const auto body = reader.slice(at + 8, *length);
      if (kind == "IEND") break;
      if (kind == "IDAT" && !after_data) {
        if (chunks_.width == 0) return image_damaged(name_);
        in_data = true;
        chunks_.data.push_back(body ? *body : file_.subspan(static_cast<std::size_t>(at) + 8));
        if (!body) break;
      } else {
        after_data = after_data || in_data;
        if (!body) return image_ends_early(name_);
        if (!after_data) {
          const auto stored = reader.u32(at + 8 + *length);
          if (!stored) return image_ends_early(name_);
          const auto sum = crc32(0, file_.data() + at + 4, *length + 4);
          if (sum != *stored) return image_damaged(name_);
        }
        // The next frame of an animation ends what is read of this one.
        if (after_data && chunks_.animated && kind == "fcTL") break;
        if (auto taken = take(kind, *body); !taken) return taken.error();
      }
      at += 12 + std::uint64_t{*length};
    }
    if (chunks_.width == 0) return chunks_seen_ ? image_damaged(name_) : image_ends_early(name_);
    if (chunks_.data.empty()) return image_ends_early(name_);
    settle_orientation();
    return std::move(chunks_);
  }

 private:
  Result<void> take(std::string_view kind, Bytes body) {
    chunks_seen_ = true;
    if (kind == "IHDR") return take_header(body);
    if (kind == "PLTE") chunks_.palette = body;
    if (kind == "acTL") return take_animation(body);
    if (kind == "fcTL") return take_frame(body);
    if (kind == "eXIf") exif_.assign(body.begin(), body.end()), has_exif_ = true;
    if (kind == "iCCP") return take_profile(body);
    if (kind == "tEXt") return take_text(body);
    if (kind == "zTXt") return take_packed_text(body);
    if (kind == "iTXt") return take_international_text(body);
    return {};
  }

  Result<void> take_header(Bytes body) {
    const ByteReader reader(body, true);
    if (body.size() < 13) return image_damaged(name_);
    if (body[11] != 0) return image_damaged(name_);  // an unknown way of filtering
    chunks_.width = *reader.u32(0);
    chunks_.height = *reader.u32(4);
    chunks_.bit_depth = body[8];
    chunks_.colour_type = body[9];
    chunks_.interlaced = body[12] != 0;
    if (chunks_.width == 0 || chunks_.height == 0) return unreadable_image(name_, "it has no pixels.");
    return {};
  }

  Result<void> take_animation(Bytes body) {
    const ByteReader reader(body, true);
    if (body.size() < 8) return image_damaged(name_);
    const std::uint32_t frames = *reader.u32(0);
    chunks_.animated = !chunks_.animated && frames != 0 && frames <= 0x80000000U;
    return {};
  }

  /// A frame's place. Before the pixel data it must be the whole picture, as the format demands.
  Result<void> take_frame(Bytes body) {
    const ByteReader reader(body, true);
    if (body.size() < 26) return image_damaged(name_);
    if (!chunks_.data.empty()) return {};
    const bool whole = *reader.u32(4) == chunks_.width && *reader.u32(8) == chunks_.height &&
                       *reader.u32(12) == 0 && *reader.u32(16) == 0;
    if (!whole) return image_damaged(name_);
    return {};
  }

  Error bomb() const {
    return unreadable_image(name_, "a text or colour profile in it unpacks to over 1 MB.",
                            "Save it without them.");
  }

  Result<void> take_profile(Bytes body) {
    const auto text = as_text(body);
    const auto end = text.find('\0');
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != 0)
      return image_damaged(name_);
    if (!unpack(body.subspan(end + 2))) return bomb();
    return {};
  }

  Result<void> count_text(std::size_t bytes) {
    texts_ += bytes;
    if (texts_ > kMaxTexts)
      return unreadable_image(name_, "it holds over 64 MB of text.", "Save it without.");
    return {};
  }

  Result<void> take_text(Bytes body) {
    const auto text = as_text(body);
    const auto end = std::min(text.find('\0'), text.size());
    const auto value = text.substr(std::min(end + 1, text.size()));
    keep(text.substr(0, end), value);
    return count_text(value.size());
  }

  Result<void> take_packed_text(Bytes body) {
    const auto text = as_text(body);
    const auto end = text.find('\0');
    if (end == std::string_view::npos || end + 1 >= text.size()) return {};
    if (text[end + 1] != 0) return image_damaged(name_);  // an unknown way of packing
    const auto value = unpack(body.subspan(end + 2));
    if (!value) return bomb();
    keep(text.substr(0, end), *value);
    return count_text(value->size());
  }

  Result<void> take_international_text(Bytes body) {
    const auto text = as_text(body);
    const auto key_end = text.find('\0');
    if (key_end == std::string_view::npos || key_end + 3 > text.size()) return {};
    const bool packed = text[key_end + 1] != 0;
    const auto language_end = text.find('\0', key_end + 3);
    if (language_end == std::string_view::npos) return {};
    const auto translation_end = text.find('\0', language_end + 1);
    if (translation_end == std::string_view::npos) return {};
    std::string value(text.substr(translation_end + 1));
    if (packed) {
      if (text[key_end + 2] != 0) return {};
      auto unpacked = unpack(body.subspan(translation_end + 1));
      if (!unpacked) return bomb();
      value = std::move(*unpacked);
    }
    keep(text.substr(0, key_end), value);
    return count_text(value.size());
  }

  /// Texts that can say how the picture stands.
  void keep(std::string_view key, std::string_view value) {
    if (key == "XML:com.adobe.xmp") xmp_ = value;
    if (key == "Raw profile type exif") raw_profile_ = value;
  }

  void settle_orientation() {
    if (has_exif_) {
      chunks_.orientation = orientation_of_exif(exif_);
    } else if (!raw_profile_.empty()) {
      chunks_.orientation = orientation_of_exif(unwrap_profile(raw_profile_));
    }
    if (!chunks_.orientation) chunks_.orientation = orientation_of_xmp(xmp_);
  }

  Bytes file_;
  const std::string& name_;
  PngChunks chunks_;
  bool chunks_seen_ = false;
  bool has_exif_ = false;
  std::vector<std::uint8_t> exif_;
  std::string raw_profile_;
  std::string xmp_;
  std::size_t texts_ = 0;
};

}  // namespace

Result<PngChunks> read_png_chunks(Bytes file, const std::string& name) {
  return Reader(file, name).read();
}

}  // namespace fovea
