#pragma once

#include "app/web_bench/devtools.h"
#include "core/api/error.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace fovea::web_bench {

/// The browser that is there: chromium, chromium-browser or google-chrome on `path` (as PATH is written).
std::optional<std::filesystem::path> find_chromium(const std::string& path);

/// A headless Chromium with a profile of its own that is gone afterwards, driven over pipes. It ends with
/// this object, and by itself if this process is killed. One thread.
class Chromium {
 public:
  /// Blocks until it answers. Errors: kUnreachable, kInternal.
  static Result<std::unique_ptr<Chromium>> start(const std::filesystem::path& program);
  ~Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  DevTools& devtools() { return *devtools_; }
  pid_t pid() const { return pid_; }
  const std::string& version() const { return version_; }  ///< "Chrome/156.0.8078.108"

 private:
  Chromium() = default;

  std::filesystem::path profile_;
  pid_t pid_ = -1;
  std::unique_ptr<DevTools> devtools_;
  std::string version_;
};

/// Whether a browser has to do without its sandbox: root's processes can't have it.
bool without_sandbox();

}  // namespace fovea::web_bench
