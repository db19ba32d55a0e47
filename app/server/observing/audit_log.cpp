#include "app/server/observing/audit_log.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fovea::server {
namespace {

/// RFC 3339 in UTC with milliseconds.
std::string now_text() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto fraction =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(fraction));
  return text.data();
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error{errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kForbidden,
                 "The audit log " + file + " cannot be written.",
                 "Check --audit-log and the folder's rights.", "audit_log"};
  }
  return std::unique_ptr<AuditLog>(new AuditLog(descriptor));
}

AuditLog::~AuditLog() {
  close(descriptor_);
}

bool AuditLog::write(const AuditEntry& entry) {
  const nlohmann::ordered_json json = {{"time", now_text()},
                                       {"id", entry.id},
                                       {"caller", entry.caller},
                                       {"peer", entry.peer},
                                       {"route", entry.route},
                                       {"status", entry.status},
                                       {"verdict", entry.verdict},
                                       {"request_bytes", entry.request_bytes},
                                       {"pictures", entry.pictures},
                                       {"clips", entry.clips},
                                       {"prompt_tokens", entry.prompt_tokens},
                                       {"completion_tokens", entry.completion_tokens},
                                       {"seconds", entry.seconds}};
  const std::string line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  const std::lock_guard lock(mutex_);
  // One write: lines of several processes that append to the same file don't mix.
  return ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace fovea::server
