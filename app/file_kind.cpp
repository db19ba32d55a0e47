#include "app/file_kind.h"

#include "core/api/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace fovea {
namespace {

constexpr std::array<std::string_view, 6> kClipEndings = {"mp4", "m4v", "mov", "mkv", "webm", "avi"};
constexpr std::array<std::string_view, 13> kOtherEndings = {
    "png", "jpg", "jpeg", "jpe", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif", "pdf"};

std::string ending(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string out(name.substr(dot + 1));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool has_clip_ending(std::string_view name) {
  return std::find(kClipEndings.begin(), kClipEndings.end(), ending(name)) != kClipEndings.end();
}

/// Whether the head reads as text: UTF-8 (its last character may be cut off) without control characters.
bool is_text(std::string_view head) {
  if (head.size() == kFileHead) {
    std::size_t cut = 0;
    while (cut < 3 && (static_cast<unsigned char>(head[head.size() - 1 - cut]) & 0xC0) == 0x80) ++cut;
    head.remove_suffix(cut + 1);
  }
  return is_utf8(head) && std::none_of(head.begin(), head.end(), [](unsigned char c) {
           return c < 0x20 && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != 0x1b;
         });
}

/// The four letters after a box length with which the files of the MP4 and QuickTime family begin.
FileKind kind_of_box(std::string_view type, std::string_view brand) {
  constexpr std::array<std::string_view, 8> kBoxes = {"moov", "mdat", "wide", "free",
                                                      "skip", "pnot", "styp", "uuid"};
  constexpr std::array<std::string_view, 10> kStills = {"heic", "heix", "heim", "heis", "hevc",
                                                        "hevx", "mif1", "msf1", "avif", "avis"};
  if (type == "ftyp") {
    return std::find(kStills.begin(), kStills.end(), brand) == kStills.end() ? FileKind::kClip
                                                                             : FileKind::kHeif;
  }
  return std::find(kBoxes.begin(), kBoxes.end(), type) == kBoxes.end() ? FileKind::kUnknown : FileKind::kClip;
}

}  // namespace

bool has_media_ending(std::string_view name) {
  return has_clip_ending(name) ||
         std::find(kOtherEndings.begin(), kOtherEndings.end(), ending(name)) != kOtherEndings.end();
}

FileKind file_kind(std::span<const std::uint8_t> bytes, std::string_view name) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto four_at = [&](std::size_t offset) {
    return head.size() < offset + 4 ? "" : head.substr(offset, 4);
  };
  using namespace std::string_view_literals;
  if (head.empty()) return FileKind::kEmpty;
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv) || head.starts_with("\xFF\xD8\xFF"sv) ||
      head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv)) {
    return FileKind::kPicture;
  }
  if (head.starts_with("RIFF")) {
    if (four_at(8) == "WEBP") return FileKind::kPicture;
    if (four_at(8) == "AVI ") return FileKind::kClip;
  }
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return FileKind::kGif;
  if (head.starts_with("%PDF-")) return FileKind::kPdf;
  if (head.starts_with("\x1A\x45\xDF\xA3"sv)) return FileKind::kClip;
  if (const FileKind kind = kind_of_box(four_at(4), four_at(8)); kind != FileKind::kUnknown) return kind;
  // "BM" begins words too: a bitmap's reserved fields are zero.
  if (head.starts_with("BM") && four_at(6) == "\0\0\0\0"sv) return FileKind::kPicture;
  if (is_text(head)) return FileKind::kText;
  return has_clip_ending(name) ? FileKind::kClip : FileKind::kUnknown;
}

}  // namespace fovea
