#pragma once

#include <algorithm>
#include <cstdint>

namespace fovea {

/// What a prepared request takes beside keys and values, in bytes.
struct RequestMemory {
  std::uint64_t held = 0;  ///< from its preparation until its pictures are read
  std::uint64_t peak = 0;  ///< for a moment more, while one of its pictures is looked at
};

/// What an engine's requests share beside its weights, as measured once the model is loaded. Bytes.
struct MemoryRoom {
  /// Rows of a step that there always has to be room for.
  static constexpr std::int64_t kFewestRows = 16;

  std::uint64_t limit =
      0;  ///< that the process, or this model alone, may hold: given, or found; 0: none is known
  std::uint64_t base = 0;  ///< program and weights; weights by plan where the limit is this model's alone
  bool own = false;        ///< the limit is this model's alone
  std::uint64_t pool = 0;  ///< keys and values at most
  std::uint64_t step_fixed = 0;  ///< activations of a step: step_fixed + rows · step_row
  std::uint64_t step_row = 0;

  bool known() const { return limit > 0; }
  /// That requests are let in under: 90 % of the limit. The rest is for what no forecast knows.
  std::uint64_t usable() const { return limit / 10 * 9; }
  /// For pictures, activations and caches.
  std::uint64_t shared() const {
    const std::uint64_t taken = base + pool;
    return usable() > taken ? usable() - taken : 0;
  }
  std::uint64_t step(std::int64_t rows) const {
    return step_fixed + static_cast<std::uint64_t>(rows) * step_row;
  }
  /// The rows of a step that fit beside `taken`; never fewer than kFewestRows.
  std::int64_t rows_beside(std::uint64_t taken, std::int64_t most) const {
    if (!known() || step_row == 0) return most;
    const std::uint64_t used = taken + step_fixed;
    const std::uint64_t rows = shared() > used ? (shared() - used) / step_row : 0;
    const std::int64_t fewest = std::min(kFewestRows, most);
    return rows >= static_cast<std::uint64_t>(most) ? most
                                                    : std::max(fewest, static_cast<std::int64_t>(rows));
  }
  /// Whether requests that hold `held` in all, the largest look at a picture taking `peak`, fit.
  bool fits(std::uint64_t held, std::uint64_t peak) const {
    return !known() || held + std::max(peak, step(kFewestRows)) <= shared();
  }
};

}  // namespace fovea
