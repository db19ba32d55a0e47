#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/// Names of this machine's NVIDIA GPUs as their driver gives them in /proc/driver/nvidia/gpus; empty without
/// the driver. `root` stands before the path, for tests.
std::vector<std::string> probe_gpus(const std::filesystem::path& root = "/");

}  // namespace fovea
