#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace fovea {

enum class FileKind {
  kPicture,  ///< PNG, JPEG, WebP, BMP or TIFF
  kClip,     ///< MP4, MOV, MKV, WebM or AVI
  kGif,      ///< refused, with a remedy of its own
  kHeif,     ///< HEIC, AVIF: refused
  kPdf,      ///< refused
  kText,     ///< holds text
  kEmpty,
  kUnknown,
};

/// How much of a file's beginning `file_kind` wants to see, in bytes.
inline constexpr std::size_t kFileHead = 4096;

/// What a file holds, by its first bytes. The name decides only where the bytes say nothing: a clip in one of
/// the many forms that a container may begin with.
FileKind file_kind(std::span<const std::uint8_t> head, std::string_view name);

/// Whether `name` ends like the name of a picture, clip or page that someone would ask about.
bool has_media_ending(std::string_view name);

}  // namespace fovea
