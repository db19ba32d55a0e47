#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace fovea::server {

/// One call as the audit log keeps it: who, when, what kind, how large, with what result. Never contents.
struct AuditEntry {
  std::string id;
  std::string caller;
  std::string peer;
  std::string route;
  int status = 0;
  std::string verdict;  ///< "stop", "length", or the error's code
  std::size_t request_bytes = 0;
  int pictures = 0;
  int clips = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  double seconds = 0.0;
};

/// A file of JSON lines that only grows. Any thread may call it. A line is with the system before write()
/// returns, so no end of this process loses it.
class AuditLog {
 public:
  /// Opens or creates the file, readable by its owner only. kForbidden, kNotFound.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& file);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// False if it could not be written (a full disk).
  bool write(const AuditEntry& entry);

 private:
  explicit AuditLog(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::mutex mutex_;
};

}  // namespace fovea::server
