#include "app/web_bench/process_tree.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace fovea::web_bench {
namespace {

namespace fs = std::filesystem;

struct Stat {
  pid_t parent = 0;
  double ticks = 0.0;
};

/// Fields 4, 14 and 15 of /proc/PID/stat, after the name, which may hold anything.
bool read_stat(const fs::path& file, Stat& out) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return false;
  std::istringstream fields(line.substr(end + 1));
  std::string skipped;
  fields >> skipped >> out.parent;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  double user = 0.0;
  double system = 0.0;
  fields >> user >> system;
  out.ticks = user + system;
  return static_cast<bool>(fields);
}

std::map<pid_t, Stat> all_processes(const fs::path& root) {
  std::map<pid_t, Stat> out;
  std::error_code fault;
  for (fs::directory_iterator at(root / "proc", fault), end; !fault && at != end; at.increment(fault)) {
    const std::string name = at->path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    Stat one;
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() &&
        read_stat(at->path() / "stat", one))
      out[pid] = one;
  }
  return out;
}

}  // namespace

ProcessTree read_tree(const std::vector<pid_t>& roots, const fs::path& root) {
  ProcessTree tree;
  if (roots.empty()) return tree;
  const std::map<pid_t, Stat> all = all_processes(root);
  std::set<pid_t> wanted(roots.begin(), roots.end());
  for (bool more = true; more;) {
    more = false;
    for (const auto& [pid, one] : all)
      more = (wanted.contains(one.parent) && wanted.insert(pid).second) || more;
  }
  for (const pid_t pid : wanted) {
    if (const auto found = all.find(pid); found != all.end()) tree.ticks[pid] = found->second.ticks;
  }
  return tree;
}

double ticks_between(const ProcessTree& before, const ProcessTree& after) {
  double sum = 0.0;
  for (const auto& [pid, ticks] : after.ticks) {
    const auto then = before.ticks.find(pid);
    sum += std::max(0.0, ticks - (then == before.ticks.end() ? 0.0 : then->second));
  }
  return sum;
}

double proportional_mb(const ProcessTree& tree, const fs::path& root) {
  double kibibytes = 0.0;
  for (const auto& [pid, ticks] : tree.ticks) {
    std::ifstream in(root / "proc" / std::to_string(pid) / "smaps_rollup");
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with("Pss:")) continue;
      std::istringstream words(line.substr(4));
      double one = 0.0;
      if (words >> one) kibibytes += one;
      break;
    }
  }
  return kibibytes * 1024.0 / 1e6;
}

}  // namespace fovea::web_bench
