#include "core/bench/report/run_figure.h"

#include <cstdint>
#include <functional>

namespace fovea::bench {
namespace {

constexpr double kFigureLevel = 0.95;

}  // namespace

void settle(RunFigure& figure) {
  if (figure.values.empty()) return;
  figure.summary = summarize(figure.values);
  if (figure.rate()) {
    // Single gaps say nothing about the spread of a rate.
    const double quotient = statistic_of(figure.sample(), Statistic::kQuotient);
    figure.summary =
        Summary{figure.values.size(), quotient, 0.0, quotient, quotient, quotient, quotient, quotient};
  }
  figure.band = {figure.value(), figure.value()};
  if (figure.values.size() < 2) return;
  constexpr std::uint64_t kSeed = 1;
  figure.band = band_of(bootstrap(figure.sample(), figure.statistic(), kSeed, figure.block), kFigureLevel);
}

}  // namespace fovea::bench
