#pragma once

#include "core/bench/answer_collector.h"
#include "core/bench/engine_bench.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::bench {

/// Questions of mixed length and pictures of mixed size in an order drawn from the seed, none of them twice.
struct ForecastPlan {
  int questions = 24;
  int new_tokens = 4;
  std::uint64_t seed = 1;
  std::vector<std::int64_t> text_tokens = {48, 200, 700,
                                           2000};  ///< longer than the model's context: left out
  std::vector<int> sides = {256, 384, 512, 768};   ///< of square pictures, pixels
};

/// One question's time to first token as it was forecast, and as it came.
struct ForecastSample {
  std::string what;  ///< "text", "384 x 384"
  std::int64_t prompt_tokens = 0;
  double forecast =
      0.0;  ///< seconds, from when the engine had the question until the first token; 0: none was made
  double actual = 0.0;       ///< the same, time in the queue left out
  double read_before = 0.0;  ///< bytes a second that memory could be read at; 0: not known
  double read_after = 0.0;

  /// How far the forecast lay from what came, as a share of that: 0.1 is ten percent too long or too short.
  double error() const;
  /// Whether what the machine could do moved by more than `share` while the question was answered.
  bool machine_moved(double share) const;
};

/// Read limits that are further apart than this are another machine: such questions are told apart.
inline constexpr double kMovedShare = 0.10;

struct ForecastReport {
  std::vector<ForecastSample> samples;  ///< in the order in which they were asked
  bool stopped = false;
  std::optional<Error> error;  ///< the first question that failed; the others count

  /// Errors of the questions for which there was a forecast, where the machine kept still, or where it moved.
  std::vector<double> errors(bool moved) const;
};

/// Asks one after the other. `read_limit` measures how fast memory is read and is asked between questions;
/// empty: nothing is told apart.
ForecastReport run_forecasts(Engine& engine, const ForecastPlan& plan,
                             const std::function<double()>& read_limit, const BenchProgress& progress,
                             const Stopped& stopped);

}  // namespace fovea::bench
