#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace fovea::web_bench {

/// A process and all that descend from it, at one moment.
struct ProcessTree {
  std::map<pid_t, double> ticks;  ///< time on processors of each, in sysconf(_SC_CLK_TCK)
};

/// Reads /proc; what the system doesn't show is left out. `root` stands before the paths, for tests.
ProcessTree read_tree(const std::vector<pid_t>& roots, const std::filesystem::path& root = "/");

/// Time on processors between two looks, in ticks: processes that are new count from their beginning, those
/// that are gone no more.
double ticks_between(const ProcessTree& before, const ProcessTree& after);

/// Memory of all of them in 10^6 bytes, a page that several share counted once (PSS). Some milliseconds each.
double proportional_mb(const ProcessTree& tree, const std::filesystem::path& root = "/");

}  // namespace fovea::web_bench
