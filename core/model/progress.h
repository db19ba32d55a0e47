#pragma once

#include <cstdint>
#include <functional>

namespace fovea {

/// Told after each layer or block how much of the work is done, in [0, total]; returns false to stop. Called
/// on the thread that computes.
using ComputeObserver = std::function<bool(std::int64_t done, std::int64_t total)>;

}  // namespace fovea
