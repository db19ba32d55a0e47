#include "core/cost/burst_fit.h"

#include "core/cost/queue_simulation.h"

#include <algorithm>

namespace fovea::cost {
namespace {

/// Mean seconds of a burst of as many as the last point has.
double simulated(const std::vector<ServicePoint>& points) {
  QueueModel model;
  model.curve = points;
  model.arrivals.assign(static_cast<std::size_t>(points.back().at_once), 0.0);
  const Result<QueueResult> result = simulate(model);
  return result ? result->mean : 0.0;
}

/// Sets the last point's `meanwhile`: the faster answers are written beside prompts, the sooner all end.
void fit_last(std::vector<ServicePoint>& points) {
  constexpr int kHalvings = 30;
  ServicePoint& last = points.back();
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < kHalvings; ++i) {
    last.meanwhile = 0.5 * (low + high);
    (simulated(points) > last.seconds ? low : high) = last.meanwhile;
  }
  last.meanwhile = 0.5 * (low + high);
}

}  // namespace

std::vector<ServicePoint> points_of(const std::vector<Burst>& bursts) {
  const bool apart = std::all_of(bursts.begin(), bursts.end(), [](const Burst& burst) {
    return burst.first > 0.0 && burst.writing && *burst.writing >= 0.0;
  });
  std::vector<ServicePoint> points;
  for (const Burst& burst : bursts) {
    points.push_back({burst.at_once, burst.seconds, 0.0, 0.0, 0.0});
    if (!apart) continue;
    points.back().prompt = 2.0 * burst.first / (burst.at_once + 1);
    points.back().writing = *burst.writing;
    if (burst.at_once == 1) continue;
    fit_last(points);
    if (points.size() == 2) points.front().meanwhile = points.back().meanwhile;
  }
  return points;
}

}  // namespace fovea::cost
