#pragma once

#include <cstdint>

namespace fovea {

// What the program takes beside its models, as measured (x86-64, two cores, libtorch 2.11 for the CPU, model
// in the box): resident once it has started 184 MB, of which 77 MB are its own and 107 MB pages of libraries
// that its processes share; once it has answered about some pictures, weights and caches not counted, 217 MB
// in fp32 and with int8 weights, 261 MB in bf16, whose products oneDNN compiles while it runs. It hangs on
// the libraries, hardly on the model; a window comes on top.

/// At its start. Where the process itself can be looked at, what it holds is the better figure.
inline constexpr std::uint64_t kProgramAtStart = 185'000'000;

/// By which it grows until it has answered: pages of the libraries that are touched for the first time,
/// threads, compiled products.
inline constexpr std::uint64_t kProgramGrowth = 80'000'000;

}  // namespace fovea
