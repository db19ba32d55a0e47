#include "core/watch/machine_probe.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "fovea";

/// The fields of /proc/PID/stat after the name, which may hold spaces and brackets itself.
std::vector<std::string> stat_fields(const fs::path& file, std::string& name) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  name = text.substr(open + 1, close - open - 1);
  std::istringstream words(text.substr(close + 1));
  return {std::istream_iterator<std::string>(words), {}};
}

double number(const std::string& text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The first argument that is no option.
std::string verb_of(const fs::path& file) {
  std::ifstream in(file);
  std::string argument;
  std::getline(in, argument, '\0');
  while (std::getline(in, argument, '\0')) {
    if (!argument.empty() && !argument.starts_with('-')) return argument.substr(0, 20);
  }
  return "window";
}

/// Inodes of listening sockets and their ports, of IPv4 and IPv6.
std::map<std::string, int> listening(const fs::path& root) {
  std::map<std::string, int> ports;
  for (const char* table : {"proc/net/tcp", "proc/net/tcp6"}) {
    std::ifstream in(root / table);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::istringstream words(line);
      const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
      constexpr const char* kListen = "0A";
      if (fields.size() < 10 || fields[3] != kListen) continue;
      const std::string digits = fields[1].substr(fields[1].rfind(':') + 1);
      int port = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), port, 16);
      ports[fields[9]] = port;
    }
  }
  return ports;
}

std::vector<int> ports_of(const fs::path& process, const std::map<std::string, int>& listening) {
  std::set<int> ports;
  std::error_code fault;
  for (fs::directory_iterator at(process / "fd", fault), end; !fault && at != end; at.increment(fault)) {
    std::error_code unreadable;
    const std::string target = fs::read_symlink(at->path(), unreadable).string();
    constexpr std::string_view kSocket = "socket:[";
    if (!target.starts_with(kSocket)) continue;
    const auto found = listening.find(target.substr(kSocket.size(), target.size() - kSocket.size() - 1));
    if (found != listening.end()) ports.insert(found->second);
  }
  return {ports.begin(), ports.end()};
}

}  // namespace

std::vector<ProcessUse> ProcessProbe::look(double now) {
  std::vector<ProcessUse> out;
  std::map<int, Counters> counters;
  std::map<std::string, int> sockets;
  double up = 0.0;
  std::ifstream(root_ / "proc/uptime") >> up;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  std::error_code fault;
  for (fs::directory_iterator at(root_ / "proc", fault), end; !fault && at != end; at.increment(fault)) {
    const std::string folder = at->path().filename().string();
    int pid = 0;
    const auto parsed = std::from_chars(folder.data(), folder.data() + folder.size(), pid);
    if (parsed.ec != std::errc() || parsed.ptr != folder.data() + folder.size()) continue;
    std::string name;
    const std::vector<std::string> fields = stat_fields(at->path() / "stat", name);
    // Counted from the state, field 3 of proc(5): utime 14, stime 15, num_threads 20, starttime 22, rss 24.
    if (name != kName || fields.size() < 22 || fields[0] == "Z") continue;
    if (sockets.empty()) sockets = listening(root_);
    ProcessUse use;
    use.pid = pid;
    use.verb = verb_of(at->path() / "cmdline");
    use.threads = static_cast<int>(number(fields[17]));
    use.resident = static_cast<std::uint64_t>(number(fields[21]) * page);
    use.seconds = std::max(0.0, up - number(fields[19]) / ticks);
    // A stranger's process may call itself so too, and would be asked with the user's key.
    struct stat owner {};
    if (stat(at->path().c_str(), &owner) == 0 && owner.st_uid == geteuid())
      use.ports = ports_of(at->path(), sockets);
    const double cpu = (number(fields[11]) + number(fields[12])) / ticks;
    counters[pid] = {cpu, now};
    const auto before = before_.find(pid);
    if (before != before_.end() && now > before->second.time)
      use.cpu = std::max(0.0, cpu - before->second.cpu_seconds) / (now - before->second.time);
    out.push_back(std::move(use));
  }
  before_ = std::move(counters);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return out;
}

}  // namespace fovea::watch
