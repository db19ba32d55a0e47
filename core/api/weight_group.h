#pragma once

#include <cstdint>

namespace fovea {

/// WeightOptions::group of int8 weights with one scale for each row, an output's: the fewest scales, so that
/// processors with AMX or VNNI read prompts fastest; differs more than by 128, since a row of activations
/// shares one too.
inline constexpr int kWholeRow = -1;

/// Whether weights of `bits` may have this group: 32, 64, 128, or kWholeRow with 8 bits.
constexpr bool is_weight_group(std::int64_t bits, std::int64_t group) {
  return group == 32 || group == 64 || group == 128 || (group == kWholeRow && bits == 8);
}

/// The group that is meant: the usual one of `bits` where none (0) was asked for.
constexpr int group_or_usual(int asked, int bits) {
  return asked != 0 ? asked : bits == 8 ? 128 : 32;
}

/// Columns of the longest row that shares a scale: 255 · 127 times as many still fit into 32 bits.
inline constexpr std::int64_t kLongestRow = 65'536;

/// Columns of a group of a weight with so many: what was asked for, or for kWholeRow the row and what pads
/// it; 128 of a row that is too long.
constexpr std::int64_t group_length(std::int64_t asked, std::int64_t columns) {
  if (asked != kWholeRow) return asked;
  return columns > kLongestRow ? 128 : (columns + 127) / 128 * 128;
}

}  // namespace fovea
