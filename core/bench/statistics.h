#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fovea::bench {

/// What a list of measured values comes to. All zero for an empty list.
struct Summary {
  std::size_t count = 0;
  double mean = 0.0;
  double deviation = 0.0;  ///< of the sample, over n − 1; 0 below two values
  double min = 0.0;
  double median = 0.0;
  double p90 = 0.0;
  double p99 = 0.0;
  double max = 0.0;
};

/// The q-th percentile, q in [0, 100], of ascending values, of which there must be one: linear between the
/// two nearest ranks, numpy's default and so vLLM's.
double percentile(std::span<const double> ascending, double q);

/// Takes the values in any order.
Summary summarize(std::vector<double> values);

}  // namespace fovea::bench
