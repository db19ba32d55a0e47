#include "core/device/memory_group.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// Where a version keeps its numbers.
struct Names {
  const char* mount;
  const char* limit;
  const char* used;
  const char* reclaimable;  ///< key in memory.stat
};
constexpr Names kVersion2 = {"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};
constexpr Names kVersion1 = {"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file"};

/// Nothing for "max", or a file that is not there.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  return in >> value ? std::optional(value) : std::nullopt;
}

std::uint64_t stat_of(const fs::path& group, const std::string& wanted) {
  std::ifstream in(group / "memory.stat");
  std::string key;
  std::uint64_t value = 0;
  while (in >> key >> value) {
    if (key == wanted) return value;
  }
  return 0;
}

void narrow(const fs::path& group, const Names& names, std::optional<std::uint64_t>& left) {
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;  // version 1 writes a huge number for none
  const auto limit = number_in(group / names.limit);
  const auto used = number_in(group / names.used);
  if (!limit || !used || *limit >= kNoLimit) return;
  const std::uint64_t kept = *used - std::min(*used, stat_of(group, names.reclaimable));
  const std::uint64_t here = *limit > kept ? *limit - kept : 0;
  left = left ? std::min(*left, here) : here;
}

}  // namespace

std::optional<std::uint64_t> memory_group_left(const fs::path& root) {
  std::optional<std::uint64_t> left;
  // NUMBER:CONTROLLERS:PATH; version 2 names no controllers.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers != ",," && controllers.find(",memory,") == std::string::npos) continue;
    const Names& names = controllers == ",," ? kVersion2 : kVersion1;
    // In a container the path may not be there below the mount, whose root is the group then.
    fs::path group = fs::path(line.substr(second + 1)).relative_path().lexically_normal();
    for (; !group.empty() && *group.begin() != "." && *group.begin() != ".."; group = group.parent_path()) {
      narrow(root / names.mount / group, names, left);
    }
    narrow(root / names.mount, names, left);
  }
  return left;
}

}  // namespace fovea
