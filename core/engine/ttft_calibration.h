#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace fovea {

/// How long this machine takes until a first token, learned from what it did last: medians, so that a step
/// that something else held up counts for little. Any thread.
///
/// A step that reads n rows is taken to last small + (n − 1) · row: `small` is a step of few rows, which
/// reads every weight once. Attention over a long prompt, which grows with its square, is not in it.
class TtftCalibration {
 public:
  /// Rows that a step counts as small up to.
  static constexpr std::int64_t kFewRows = 8;

  /// A step of `rows` rows took so long.
  void step(std::int64_t rows, double seconds);
  /// A piece of work on pictures took so long; `work` as PreparedRequest::vision_work.
  void vision(double work, double seconds);

  /// Seconds from the first look at pictures to the first token of a prompt that is read in steps of
  /// `step_tokens`; nothing as long as no prompt was read, or no picture was looked at where there is one.
  std::optional<double> forecast(std::int64_t prompt_tokens, double vision_work,
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

  mutable std::mutex mutex_;
  Recent small_;   ///< seconds of a step of few rows
  Recent row_;     ///< seconds of each further row
  Recent vision_;  ///< seconds of a multiplication
};

}  // namespace fovea
