#include "app/server/wire/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

namespace fovea::server {

MemoryFile::MemoryFile(int descriptor)
    : descriptor_(descriptor), path_("/proc/self/fd/" + std::to_string(descriptor)) {}

MemoryFile::~MemoryFile() {
  close(descriptor_);
}

Result<std::shared_ptr<const MemoryFile>> MemoryFile::of(const Bytes& bytes) {
  const Error full{ErrorCode::kOutOfMemory, "There is no room for the clip now.", "Try again later.", {}};
  const int descriptor = memfd_create("clip", MFD_CLOEXEC);
  if (descriptor < 0) return full;
  std::shared_ptr<const MemoryFile> file(new MemoryFile(descriptor));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = write(descriptor, bytes.data() + done, bytes.size() - done);
    if (written <= 0) return full;
    done += static_cast<std::size_t>(written);
  }
  return file;
}

}  // namespace fovea::server
