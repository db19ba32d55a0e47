#include "app/cli/attachments.h"

#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"
#include "app/file_kind.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormats =
    "Pictures are PNG, JPEG, WebP, BMP or TIFF; clips MP4, MOV, MKV, WebM or AVI.";

using Bytes = std::vector<std::uint8_t>;
/// As Input::read: bytes put into the buffer, 0 at the end, negative on a fault.
using ReadSome = std::function<std::ptrdiff_t(std::uint8_t* buffer, std::size_t size)>;

bool is_there(const std::string& path) {
  std::error_code ignored;
  return path == "-" || fs::exists(path, ignored);
}

bool has_space(const std::string& text) {
  return text.find_first_of(" \t\n") != std::string::npos;
}

/// A name rather than a sentence: what is missing should be called a missing file then.
bool looks_like_file(const std::string& text) {
  return has_media_ending(text) && (!has_space(text) || text.find('/') != std::string::npos);
}

std::vector<std::string> matches(const std::string& pattern) {
  std::vector<std::string> out;
  if (pattern.find_first_of("*?[") == std::string::npos) return out;
  glob_t found = {};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
    out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return out;
}

Error missing(const std::string& name) {
  const bool pattern = name.find_first_of("*?[") != std::string::npos;
  return {ErrorCode::kNotFound,
          pattern ? "No file matches " + name + "." : "There is no file " + name + " here.",
          "Check the name and the folder.",
          {}};
}

Error refusal(FileKind kind, const std::string& name) {
  switch (kind) {
    case FileKind::kEmpty:
      return {ErrorCode::kInvalidImage, name + " is empty.", "Save or copy it again.", {}};
    case FileKind::kGif:
      return {ErrorCode::kInvalidImage, name + " is a GIF, which is not read.", "Save it as PNG.", {}};
    case FileKind::kHeif:
      return {ErrorCode::kInvalidImage,
              name + " is a HEIC or AVIF picture, which is not read.",
              "Save it as PNG or JPEG.",
              {}};
    case FileKind::kPdf:
      return {ErrorCode::kInvalidImage,
              name + " is a PDF, which is not read yet.",
              "Save its pages as PNG: pdftoppm -png -r 150 FILE.pdf page",
              {}};
    case FileKind::kText:
      return {ErrorCode::kInvalidImage, name + " holds text, not a picture or a clip.", kFormats, {}};
    default:
      return {ErrorCode::kInvalidImage, name + " is not a picture or a clip.", kFormats, {}};
  }
}

Error too_large(const std::string& name) {
  return {ErrorCode::kTooLarge,
          name + " is larger than " + bytes_text(kLargestPictureFile) + ".",
          "Save the picture smaller.",
          {}};
}

/// Reads until `wanted` bytes are there or the end. False on a fault.
bool read_up_to(const ReadSome& read_some, std::size_t wanted, Bytes& bytes, std::ptrdiff_t& fault) {
  constexpr std::size_t kChunk = 1 << 20;
  while (bytes.size() < wanted) {
    const std::size_t before = bytes.size();
    const std::size_t room = std::min(kChunk, wanted - before);
    bytes.resize(before + room);
    const std::ptrdiff_t count = read_some(bytes.data() + before, room);
    bytes.resize(before + static_cast<std::size_t>(std::max<std::ptrdiff_t>(count, 0)));
    if (count < 0) fault = count;
    if (count <= 0) return count == 0;
  }
  return true;
}

/// A picture out of a stream of bytes. `path` is set for a file that can be opened again, as a clip will be;
/// `known_size` is 0 for a stream that has none.
Result<ContentPart> read_part(const ReadSome& read_some, const std::string& name, const std::string* path,
                              std::uint64_t known_size) {
  auto bytes = std::make_shared<Bytes>();
  std::ptrdiff_t fault = 0;
  const auto unreadable = [&]() -> Error {
    if (fault == Input::kInterrupted) return {ErrorCode::kCancelled, "Stopped.", {}, {}};
    return {ErrorCode::kInvalidImage,
            name + " could not be read.",
            "Is the disk or the connection all right?",
            {}};
  };
  if (!read_up_to(read_some, kFileHead, *bytes, fault)) return unreadable();
  const FileKind kind = file_kind(*bytes, name);
  if (kind == FileKind::kClip) {
    if (path != nullptr) {
      VideoInput clip;
      clip.name = name;
      clip.path = *path;
      return ContentPart(VideoPart{std::move(clip)});
    }
    return Error{ErrorCode::kInvalidVideo,
                 name + " is a clip, and clips are read from files only.",
                 "Save it and give its name.",
                 {}};
  }
  if (kind != FileKind::kPicture) return refusal(kind, name);
  if (known_size > kLargestPictureFile) return too_large(name);
  if (!read_up_to(read_some, kLargestPictureFile + 1, *bytes, fault)) return unreadable();
  if (bytes->size() > kLargestPictureFile) return too_large(name);
  bytes->shrink_to_fit();
  return ContentPart(ImagePart{ImageInput{name, std::move(bytes), nullptr}});
}

Result<ContentPart> read_file(const std::string& path) {
  const std::string name = repaired_utf8(path);
  const auto fault = [&](int code) -> Error {
    if (code == ENOENT || code == ENOTDIR) return missing(name);
    if (code == EACCES || code == EPERM) {
      return {ErrorCode::kInvalidImage, name + " may not be read.", "Check its permissions.", {}};
    }
    return {ErrorCode::kInvalidImage, name + " could not be opened.", {}, {}};
  };
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return fault(errno);
  if (S_ISDIR(status.st_mode)) {
    return Error{ErrorCode::kInvalidImage,
                 name + " is a folder.",
                 "Give the pictures in it: " + (fs::path(name) / "*.png").string(),
                 {}};
  }
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    return Error{ErrorCode::kInvalidImage, name + " is a device, not a file.", {}, {}};
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fault(errno);
  const std::unique_ptr<const int, void (*)(const int*)> closer(&descriptor, [](const int* d) { close(*d); });
  const bool regular = S_ISREG(status.st_mode);
  return read_part(
      [descriptor](std::uint8_t* buffer, std::size_t size) -> std::ptrdiff_t {
        for (;;) {
          const ssize_t count = read(descriptor, buffer, size);
          if (count >= 0 || errno != EINTR) return count < 0 ? Input::kFailed : count;
        }
      },
      name, regular ? &path : nullptr, regular ? static_cast<std::uint64_t>(status.st_size) : 0);
}

}  // namespace

Result<std::vector<std::string>> expanded(const std::string& pattern) {
  if (is_there(pattern)) return std::vector<std::string>{pattern};
  std::vector<std::string> found = matches(pattern);
  if (found.empty()) return missing(repaired_utf8(pattern));
  return found;
}

Result<Arguments> sort_arguments(const std::vector<std::string>& arguments, bool question_given) {
  Arguments out;
  const std::string* question = nullptr;
  std::vector<std::vector<std::string>> meant;  // by argument: its files; empty if there are none
  for (const std::string& argument : arguments) {
    const bool sentence = has_space(argument) && !looks_like_file(argument);
    if (is_there(argument)) {
      meant.push_back({argument});
    } else {
      meant.push_back(sentence ? std::vector<std::string>() : matches(argument));
    }
    if (meant.back().empty() && !question_given && !looks_like_file(argument)) question = &argument;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (&arguments[i] == question) continue;
    if (meant[i].empty()) return missing(repaired_utf8(arguments[i]));
    out.files.insert(out.files.end(), meant[i].begin(), meant[i].end());
  }
  if (question != nullptr) out.question = *question;
  return out;
}

Result<std::vector<ContentPart>> read_attachments(const std::vector<std::string>& files,
                                                  Input& standard_input) {
  std::vector<ContentPart> parts;
  std::uint64_t total = 0;
  bool used_standard_input = false;
  for (const std::string& file : files) {
    if (file == "-" && used_standard_input) {
      return Error{ErrorCode::kInvalidArgument, "Standard input holds one picture only.", "Give - once.", {}};
    }
    if (file == "-" && standard_input.terminal()) {
      return Error{ErrorCode::kInvalidArgument,
                   "Standard input is the keyboard, and - wants a picture.",
                   "Send one: fovea ask - \"What is this?\" < photo.jpg",
                   {}};
    }
    used_standard_input = used_standard_input || file == "-";
    Result<ContentPart> part = file == "-"
                                   ? read_part(
                                         [&](std::uint8_t* buffer, std::size_t size) {
                                           return standard_input.read(reinterpret_cast<char*>(buffer), size);
                                         },
                                         "standard input", nullptr, 0)
                                   : read_file(file);
    if (!part) return part.error();
    if (const auto* image = std::get_if<ImagePart>(&*part)) total += image->image.encoded->size();
    if (total > kLargestTotal) {
      return Error{ErrorCode::kTooLarge,
                   "The pictures are larger than " + bytes_text(kLargestTotal) + " together.",
                   "Ask about fewer at a time.",
                   {}};
    }
    parts.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace fovea::cli
