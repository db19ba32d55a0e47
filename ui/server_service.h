#pragma once

#include "core/api/engine.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace fovea::ui {

/// How the window's own server is to be reached.
struct ServerWishes {
  std::uint16_t port = 8080;  ///< 0: any free one
  bool needs_key = false;     ///< callers must show a key
  bool network = false;       ///< other machines may call; needs a key
  std::string key_file;       ///< with needs_key: read, or made with a new key where it is missing

  bool operator==(const ServerWishes&) const = default;
};

/// What goes through a server; counted by it, read by whoever shows it.
struct ServerCounts {
  std::atomic<std::int64_t> under_way{0};  ///< questions that are not answered yet
  std::atomic<std::int64_t> answered{0};   ///< that ended in whatever way
};

/// A REST server over an engine that others use too. Any thread; destroyed by one that may wait.
class RunningServer {
 public:
  /// Cancels its own questions that still run, no others, and closes every connection.
  virtual ~RunningServer() = default;

  virtual std::string url() const = 0;  ///< "http://127.0.0.1:8080", of the page and of the routes
  virtual std::string key() const = 0;  ///< that callers show; empty: none is needed
  /// Takes no new questions and waits until those that run are answered; false if some were left after
  /// `seconds`.
  virtual bool drain(double seconds) = 0;
};

/// Starts one. Errors: kBusy for a port that is taken, kForbidden for one that this user may not have, or a
/// key file that others may read.
using ServerStarter = std::function<Result<std::unique_ptr<RunningServer>>(
    std::shared_ptr<Engine>, const ServerWishes&, std::shared_ptr<ServerCounts>)>;

}  // namespace fovea::ui
