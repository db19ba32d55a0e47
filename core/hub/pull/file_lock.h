#pragma once

#include "core/hub/descriptor.h"

#include <filesystem>
#include <optional>

namespace fovea {

/// An exclusive flock() on a file of its own: what huggingface_hub's filelock takes, so that it and this
/// program keep out of each other's way. Freed with the object, or with the process however it ends. The
/// file stays.
class FileLock {
 public:
  /// Nothing if somebody else holds it. Where the file system knows no locks, or the folder may not be
  /// written to, a lock that locks nothing.
  static std::optional<FileLock> try_lock(const std::filesystem::path& file);

  /// Whether it keeps others out.
  bool locks() const { return locks_; }

 private:
  FileLock(Descriptor file, bool locks) : file_(std::move(file)), locks_(locks) {}

  Descriptor file_;
  bool locks_ = false;
};

}  // namespace fovea
