#pragma once

#include "core/watch/monitor_record.h"
#include "core/watch/rules.h"

#include <functional>
#include <string>
#include <vector>

namespace fovea::ui {

/// The window's own server, which is watched beside those that `fovea serve` runs.
struct WatchedServer {
  std::string url;  ///< empty: it is off
  std::string key;  ///< that its callers show; empty: none

  bool operator==(const WatchedServer&) const = default;
};

/// Where alerts go beside the window; each empty: not there.
struct AlertRoads {
  std::string log;      ///< a file that a line is added to
  std::string webhook;  ///< an address that gets each as JSON by POST

  bool operator==(const AlertRoads&) const = default;
};

/// What the monitor has of the program around the window. The window never calls them on its own thread;
/// each is called from one thread.
struct MonitorServices {
  std::string ring;    ///< the file that holds the records; empty with `look`: there is no monitor
  int look_ms = 2000;  ///< from look to look
  /// The machine now. Takes as long as servers take to answer, half a second each at most.
  std::function<watch::MonitorRecord(const WatchedServer&)> look;
  /// Returns what did not work, a sentence each. Takes five seconds at most.
  std::function<std::vector<std::string>(const watch::Alert&, const AlertRoads&)> pass_on;
};

}  // namespace fovea::ui
