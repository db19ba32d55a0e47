#include "core/cost/service_point.h"

#include <algorithm>
#include <cmath>

namespace fovea::cost {

ServicePoint service_at(const std::vector<ServicePoint>& points, double at_once) {
  if (at_once <= points.front().at_once) return points.front();
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (at_once > points[i].at_once) continue;
    const ServicePoint& low = points[i - 1];
    const ServicePoint& high = points[i];
    const double part = (at_once - low.at_once) / (high.at_once - low.at_once);
    return {static_cast<int>(std::lround(at_once)), std::lerp(low.seconds, high.seconds, part),
            std::lerp(low.prompt, high.prompt, part), std::lerp(low.writing, high.writing, part),
            std::lerp(low.meanwhile, high.meanwhile, part)};
  }
  return points.back();
}

double service_seconds(const std::vector<ServicePoint>& points, double at_once) {
  return service_at(points, at_once).seconds;
}

double machine_capacity(const std::vector<ServicePoint>& points) {
  double best = 0.0;
  for (const ServicePoint& point : points) {
    const double others = static_cast<double>(point.at_once - 1) / point.at_once;
    const double apart = std::max(
        point.prompt, point.prompt * (1.0 - point.meanwhile * others) + point.writing / point.at_once);
    best = std::max(best, point.prompt > 0.0 ? 1.0 / apart : point.at_once / point.seconds);
  }
  return best;
}

}  // namespace fovea::cost
