#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace fovea {

/// What the process's control groups (version 2 and 1) still let it take, in bytes: the limit less what is
/// used, page cache that can be given back not counted; the smallest of the group and all above it. Nothing
/// where none sets a limit. `root` stands before the paths, for tests. Cost: some small files.
std::optional<std::uint64_t> memory_group_left(const std::filesystem::path& root = "/");

}  // namespace fovea
