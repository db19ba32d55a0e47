#pragma once

#include "core/api/error.h"
#include "core/hub/model_places.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fovea::serve {

/// A server as it tells of itself when it begins.
struct RunningServer {
  int pid = 0;
  std::string url;           ///< where it listens: "http://127.0.0.1:8080"
  std::string model;         ///< by name; several with commas between
  std::int64_t started = 0;  ///< seconds since 1970
};

/// Where this user's servers leave their marks: fovea/servers in XDG_RUNTIME_DIR, else in XDG_STATE_HOME,
/// else in
/// ~/.local/state.
std::filesystem::path servers_folder(const Environment& environment);

/// A server's mark: a file PID.json that is locked as long as its process lives, however that ends. What is
/// there and not locked was left by one that was killed.
class ServerMark {
 public:
  /// Makes the folder, readable by its owner only, if it isn't there. Errors: kForbidden, kDiskFull.
  static Result<ServerMark> leave(const std::filesystem::path& folder, const RunningServer& server);
  ServerMark(ServerMark&& other) noexcept;
  ServerMark& operator=(ServerMark&& other) = delete;
  ServerMark(const ServerMark&) = delete;
  ~ServerMark();  ///< removes it

 private:
  ServerMark(std::filesystem::path file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}

  std::filesystem::path file_;
  int descriptor_;
};

/// The servers whose marks are in the folder, the oldest first. Marks of those that are gone are removed.
std::vector<RunningServer> running_servers(const std::filesystem::path& folder);

}  // namespace fovea::serve
