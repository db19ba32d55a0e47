#pragma once

#include "core/watch/nvml.h"
#include "ui/services.h"

#include <filesystem>
#include <vector>

namespace fovea {

/// What NVIDIA's driver tells of its cards, for the window: milliseconds. Of each card's memory the part of
/// this process and of those that it started is told apart, unless the driver counts processes otherwise than
/// this system does, as it does in a container. `proc`: another folder for tests.
std::vector<ui::GpuReading> read_gpus(watch::Nvml& nvml, const std::filesystem::path& proc = "/proc");

}  // namespace fovea
