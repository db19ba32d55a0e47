#pragma once

#include <string>

namespace fovea::cli {

/// Where the monitor records unless told otherwise: $XDG_STATE_HOME/fovea/monitor.ring, else
/// ~/.local/state/fovea/monitor.ring. `fovea top` and the window write the same file, one of them at a time.
std::string standard_monitor_file();

}  // namespace fovea::cli
