#pragma once

#include "core/bench/bootstrap.h"
#include "core/bench/statistics.h"

#include <cstddef>
#include <string>
#include <vector>

namespace fovea::bench {

enum class Better { kLower, kHigher, kNeither };

/// One measured quantity of a group of requests.
struct RunFigure {
  std::string name;     ///< with its unit where that is one of time or memory: "ttft_ms", "output_throughput"
  std::string unit;     ///< "ms", "tokens/s"
  std::string formula;  ///< how it is made from what was measured
  Better better = Better::kNeither;
  std::vector<double> values = {};
  /// Not empty: one for each of `values`, and the figure is the sum of these over the sum of those.
  std::vector<double> divisors = {};
  std::size_t block = 0;  ///< neighbours that are resampled together; see bootstrap()
  /// Of a sampled figure: so many of the values belong to parts of the run that are whole; see RunRecorder.
  std::size_t kept = 0;

  // Made by settle().
  Summary summary = {};  ///< of a rate: mean and median are the quotient
  Band band = {};        ///< 95 % of value(), by bootstrap; {value, value} below two values

  bool rate() const { return !divisors.empty(); }
  /// What one would say of it in one number: the median, or the quotient.
  double value() const { return summary.median; }
  Statistic statistic() const { return rate() ? Statistic::kQuotient : Statistic::kMedian; }
  Sample sample() const { return {values, divisors}; }
};

/// Fills in the summary and the band. Nothing changes for a figure without values.
void settle(RunFigure& figure);

}  // namespace fovea::bench
