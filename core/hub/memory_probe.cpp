#include "core/hub/memory_probe.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// Where a version of control groups keeps its numbers.
struct CgroupFiles {
  const char* limit;
  const char* used;
  const char* reclaimable;  ///< key in memory.stat
};
constexpr CgroupFiles kVersion2 = {"memory.max", "memory.current", "inactive_file"};
constexpr CgroupFiles kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end != text.data() ? std::optional(value) : std::nullopt;
}

/// The number in a file that holds one; nothing for "max" or a file that is not there.
std::optional<std::uint64_t> read_number(const fs::path& file) {
  std::ifstream stream(file);
  std::string word;
  return stream >> word ? parse_number(word) : std::nullopt;
}

/// The number after `key` in a file of "key number" lines.
std::optional<std::uint64_t> read_keyed(const fs::path& file, std::string_view key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t value = 0;
    if (words >> name >> value && name == key) return value;
  }
  return std::nullopt;
}

/// Narrows `memory` by the limit of one group, if it has one.
void apply_limit(const fs::path& group, const CgroupFiles& files, AvailableMemory& memory) {
  const std::optional<std::uint64_t> limit = read_number(group / files.limit);
  const std::optional<std::uint64_t> used = read_number(group / files.used);
  if (!limit || !used || *limit >= memory.total_bytes) return;  // version 1 writes a huge number for none
  const std::uint64_t reclaimable =
      std::min(read_keyed(group / "memory.stat", files.reclaimable).value_or(0), *used);
  const std::uint64_t kept = *used - reclaimable;
  const std::uint64_t free = *limit > kept ? *limit - kept : 0;
  memory.total_bytes = *limit;
  memory.free_bytes = std::min(memory.free_bytes, free);
  memory.limited = true;
}

/// The group and all above it. Inside a container the path may not exist below the mount, whose root is then
/// the group.
void apply_limits(const fs::path& mount, const std::string& path, const CgroupFiles& files,
                  AvailableMemory& memory) {
  fs::path group = fs::path(path).relative_path().lexically_normal();
  for (; !group.empty() && group != "." && group.has_relative_path(); group = group.parent_path()) {
    if (*group.begin() == "..") break;
    apply_limit(mount / group, files, memory);
  }
  apply_limit(mount, files, memory);
}

bool names_memory(std::string_view controllers) {
  std::istringstream list{std::string(controllers)};
  for (std::string name; std::getline(list, name, ',');) {
    if (name == "memory") return true;
  }
  return false;
}

}  // namespace

Result<AvailableMemory> probe_memory(const fs::path& root) {
  const fs::path meminfo = root / "proc/meminfo";
  const std::optional<std::uint64_t> total = read_keyed(meminfo, "MemTotal:");
  std::optional<std::uint64_t> free = read_keyed(meminfo, "MemAvailable:");
  if (!free) free = read_keyed(meminfo, "MemFree:");
  if (!total || !free) {
    return Error{ErrorCode::kUnsupported, "This system does not say how much memory it has.", "", ""};
  }
  AvailableMemory memory;
  memory.total_bytes = *total * 1024;
  memory.free_bytes = *free * 1024;

  // Lines are NUMBER:CONTROLLERS:PATH; version 2 has number 0 and no controllers.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      apply_limits(root / "sys/fs/cgroup", path, kVersion2, memory);
    } else if (names_memory(controllers)) {
      apply_limits(root / "sys/fs/cgroup/memory", path, kVersion1, memory);
    }
  }
  return memory;
}

}  // namespace fovea
