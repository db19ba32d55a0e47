#pragma once

#include "core/engine/vision_work.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>

namespace fovea {

/// How long this machine takes until a first token, learned from what it did last: medians, so that a step
/// that something else held up counts for little. Any thread.
///
/// A step that reads n rows is taken to last small + (n − 1) · row: `small` is a step of few rows, which
/// reads every weight once. Attention over a long prompt, which grows with its square, is not in it.
///
/// A block of the vision tower lasts the longer the more multiplications it has, but not in proportion:
/// weights are read and operators called for the smallest picture too. So its time is kept by size, and a
/// size that was not seen lies on the line through its neighbours.
class TtftCalibration {
 public:
  /// Rows that a step counts as small up to.
  static constexpr std::int64_t kFewRows = 8;

  /// A step of `rows` rows took so long.
  void step(std::int64_t rows, double seconds);
  /// A piece of work on one picture took so long.
  void vision(const VisionWork& work, double seconds);

  /// Seconds from the first look at pictures to the first token of a prompt that is read in steps of
  /// `step_tokens`; `pictures`: those that have to be looked at. Nothing as long as no prompt was read, or no
  /// picture was looked at where there is one.
  std::optional<double> forecast(std::int64_t prompt_tokens, std::span<const VisionWork> pictures,
                                 std::int64_t step_tokens) const;

 private:
  /// The last few measurements.
  class Recent {
   public:
    void add(double value);
    std::optional<double> median() const;

   private:
    std::array<double, 16> values_{};
    std::size_t count_ = 0;
  };

  /// Blocks of about one size.
  struct Size {
    double multiplications = 0.0;  ///< of the last one
    Recent rate;                   ///< seconds a multiplication
    double seconds() const { return multiplications * rate.median().value_or(0.0); }
  };

  /// Seconds of a block of so many multiplications. `sizes_` is not empty; the mutex is held.
  double block_seconds(double multiplications) const;

  mutable std::mutex mutex_;
  Recent small_;               ///< seconds of a step of few rows
  Recent row_;                 ///< seconds of each further row
  std::map<int, Size> sizes_;  ///< by the logarithm of a block's multiplications
};

}  // namespace fovea
