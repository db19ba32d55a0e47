#pragma once

#include <span>

namespace fovea::bench {

/// Whether values rise or fall over time, without asking how.
struct Trend {
  /// Change of the value for each unit of time: the median of the slopes between all pairs of points (Theil
  /// 1950, Sen 1968), so that single outliers count for little.
  double slope = 0.0;
  /// Of no trend at all, two-sided, by Kendall's rank test against time (Mann 1945): the chance that values
  /// in random order would rise or fall as steadily. Exact up to thirty points, normal beyond.
  double p = 1.0;
};

/// `times` ascend; as many of them as `values`. Below three points: no slope, p = 1.
Trend trend_of(std::span<const double> times, std::span<const double> values);

}  // namespace fovea::bench
