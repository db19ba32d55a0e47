#pragma once

#include "app/server/wire/base64.h"
#include "core/api/error.h"

#include <memory>
#include <string>

namespace fovea::server {

/// A file without a name in memory: clips that arrive over the network are read by path, and never touch the
/// disk. The path is valid while the object lives, in this process. Immutable.
class MemoryFile {
 public:
  /// kOutOfMemory where the system has no room or no descriptor left.
  static Result<std::shared_ptr<const MemoryFile>> of(const Bytes& bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit MemoryFile(int descriptor);

  int descriptor_;
  std::string path_;
};

}  // namespace fovea::server
