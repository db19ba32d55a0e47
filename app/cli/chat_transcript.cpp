#include "app/cli/chat_transcript.h"

#include "app/cli/plain_text.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

Error not_written(const std::string& path) {
  return {ErrorCode::kInternal,
          repaired_utf8(path) + " could not be written; nothing is saved.",
          "Check the folder, its permissions and the free space.",
          {}};
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(descriptor) == 0;
}

}  // namespace

std::string chat_markdown(const ModelInfo& model, const std::optional<std::string>& system,
                          const std::vector<Message>& turns) {
  std::string out = "# Chat with " + model.name + "\n";
  if (system) out += "\n*The model was told:* " + *system + "\n";
  for (const Message& turn : turns) {
    out += turn.role == Role::kUser ? "\n## Question\n" : "\n## Answer\n";
    for (const ContentPart& part : turn.content) {
      if (const auto* image = std::get_if<ImagePart>(&part))
        out += "\nPicture: `" + image->image.name + "`\n";
      if (const auto* clip = std::get_if<VideoPart>(&part)) out += "\nClip: `" + clip->video.name + "`\n";
      if (const auto* text = std::get_if<TextPart>(&part)) out += "\n" + text->text + "\n";
    }
  }
  return out;
}

Result<void> save_new_file(const std::string& path, std::string_view text) {
  if (access(path.c_str(), F_OK) == 0) {
    return Error{
        ErrorCode::kInvalidArgument, repaired_utf8(path) + " is there already.", "Give another name.", {}};
  }
  const std::string part = path + ".part";
  const int descriptor = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return not_written(path);
  const bool written = write_all(descriptor, text);
  const bool closed = close(descriptor) == 0;
  if (!written || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    unlink(part.c_str());
    return not_written(path);
  }
  return {};
}

}  // namespace fovea::cli
