#pragma once

#include "core/watch/monitor_record.h"
#include "core/watch/rules.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace fovea::ui {

/// What a gauge was in a slice of time.
struct Slice {
  double time = 0.0;  ///< middle of its records, seconds since 1970
  double low = 0.0;
  double mean = 0.0;
  double high = 0.0;
};

/// A gauge over a range of time, oldest first. A slice in which it was not known is not there.
using Series = std::vector<Slice>;

/// Parts of the range that is shown, at most: a curve has no more points, however long the range is.
inline constexpr int kSlices = 300;

/// Width of a slice in seconds.
double slice_width(double from, double to);

/// All gauges between two times, in slices of equal width. The slices begin at multiples of their width, so
/// that a curve moves on without changing. Cost: one pass over the records of the range.
std::array<Series, watch::kGauges> series_of(std::span<const watch::MonitorRecord> records, double from,
                                             double to);

/// Seconds without a record after which a curve is broken: nobody looked.
double longest_gap(double from, double to);

/// The slice nearest to a time, by halving; null where there is none within `reach` seconds.
const Slice* slice_at(const Series& series, double time, double reach);

/// What rules say of records from the first to the last. Leaves `watch` as it is after the last.
std::vector<watch::Alert> alerts_in(std::span<const watch::MonitorRecord> records, watch::RuleWatch& watch);

}  // namespace fovea::ui
