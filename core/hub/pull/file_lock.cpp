#include "core/hub/pull/file_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace fovea {

std::optional<FileLock> FileLock::try_lock(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  while (true) {
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0664));
    if (!file) return FileLock(Descriptor(), false);
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) return std::nullopt;
      return FileLock(std::move(file), false);
    }
    // Whoever held it may have taken the file away meanwhile: then this is a lock on nothing.
    struct stat held = {};
    struct stat named = {};
    const bool same = fstat(file.get(), &held) == 0 && stat(path.c_str(), &named) == 0 &&
                      held.st_ino == named.st_ino && held.st_dev == named.st_dev;
    if (same) return FileLock(std::move(file), true);
  }
}

}  // namespace fovea
