#include "app/cli/monitor_file.h"

#include <cstdlib>

namespace fovea::cli {

std::string standard_monitor_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  const std::string base = state != nullptr && *state == '/'
                               ? std::string(state)
                               : std::string(home != nullptr ? home : "") + "/.local/state";
  return base + "/fovea/monitor.ring";
}

}  // namespace fovea::cli
