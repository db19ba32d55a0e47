#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea::web_bench {

/// Chromium's DevTools protocol as --remote-debugging-pipe speaks it: JSON objects with a zero byte behind
/// each, over two sockets. Owns the descriptors. One thread.
class DevTools {
 public:
  /// `to`: what is written there the browser reads; `from`: what it says.
  DevTools(int to, int from) : to_(to), from_(from) {}
  ~DevTools();
  DevTools(const DevTools&) = delete;
  DevTools& operator=(const DevTools&) = delete;

  /// Sends a command and returns its number at once. `session`: of a page; empty: the browser itself.
  Result<std::int64_t> send(const std::string& method, nlohmann::json parameters,
                            const std::string& session = {});
  /// The command's `result`. Errors: kModelError for what the browser refused; kUnreachable if it went away
  /// or said nothing for so long.
  Result<nlohmann::json> answer(std::int64_t command, double seconds);
  /// Both.
  Result<nlohmann::json> call(const std::string& method, nlohmann::json parameters,
                              const std::string& session = {});
  /// Blocks until the page has said this since the last time it was waited for.
  Result<void> wait_for(const std::string& event, const std::string& session, double seconds);

 private:
  /// Reads one more message.
  Result<void> read_message(double seconds);
  void take(nlohmann::json message);

  int to_;
  int from_;
  std::int64_t last_ = 0;
  std::string held_;                                ///< bytes of a message that has not ended
  std::map<std::int64_t, nlohmann::json> answers_;  ///< that nobody has asked for yet
  std::deque<nlohmann::json> events_;               ///< likewise, the last few
};

}  // namespace fovea::web_bench
