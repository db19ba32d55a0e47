#include "core/bench/report/svg_axis.h"

#include "core/bench/report/figure_text.h"

#include <algorithm>
#include <cmath>

namespace fovea::bench {

std::vector<double> round_ticks(double end) {
  if (!(end > 0.0) || !std::isfinite(end)) return {0.0, 1.0};
  constexpr double kMostSteps = 6.0;
  const double power = std::pow(10.0, std::floor(std::log10(end / kMostSteps)));
  double step = power;
  for (const double times : {2.0, 5.0, 10.0}) {
    if (end / step <= kMostSteps) break;
    step = power * times;
  }
  std::vector<double> ticks;
  const int count = static_cast<int>(std::ceil(end / step - 1e-9));
  for (int i = 0; i <= count; ++i) ticks.push_back(step * i);
  return ticks;
}

std::string tick_text(double value, double step) {
  const int digits = step > 0.0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9) : 0;
  return decimal_text(value, digits);
}

}  // namespace fovea::bench
