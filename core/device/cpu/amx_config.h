#pragma once

// Included by files that are compiled for AMX, so everything here has internal linkage: a copy that the
// linker shared would end on processors without it.

#include <cstdint>

#include <immintrin.h>

namespace fovea::cpu {
namespace {

/// Intel's manual, LDTILECFG: the shapes of palette 1's eight tiles.
struct alignas(64) AmxConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t bytes[16] = {};
  std::uint8_t rows[16] = {};

  void set(int tile, std::int64_t row_count, std::int64_t row_bytes) {
    rows[tile] = static_cast<std::uint8_t>(row_count);
    bytes[tile] = static_cast<std::uint16_t>(row_bytes);
  }
};

/// The tiles are nought afterwards.
inline void amx_configure(const AmxConfig& config) {
  // The intrinsic says of eight bytes only that it reads them.
  __asm__ volatile("" : : "r"(&config) : "memory");
  _tile_loadconfig(&config);
}

}  // namespace
}  // namespace fovea::cpu
