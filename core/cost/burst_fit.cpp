#include "core/cost/burst_fit.h"

#include "core/cost/queue_simulation.h"

#include <algorithm>
#include <cstddef>

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

/// A prompt's seconds, by how many answers are written beside it.
struct PromptLine {
  double alone = 0.0;
  double for_each = 0.0;  ///< more; not below 0: noise alone would make prompts faster in company
};

/// The least squares through what a burst takes for each of its prompts. Of n the k-th, counted from 0, has k
/// answers beside it. Until all have begun that is n prompts and (n - 1) / 2 answers beside each; in the mean
/// to the first token it is (n + 1) / 2 prompts and (n - 1) / 3.
PromptLine prompt_line(const std::vector<Burst>& bursts) {
  const bool begun =
      std::all_of(bursts.begin(), bursts.end(), [](const Burst& burst) { return burst.begun; });
  std::vector<double> beside;
  std::vector<double> seconds;
  PromptLine mean;  // of both
  for (const Burst& burst : bursts) {
    const double n = burst.at_once;
    beside.push_back((n - 1.0) / (begun ? 2.0 : 3.0));
    seconds.push_back(begun ? *burst.begun / n : 2.0 * burst.first / (n + 1.0));
    mean.for_each += beside.back() / static_cast<double>(bursts.size());
    mean.alone += seconds.back() / static_cast<double>(bursts.size());
  }
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < bursts.size(); ++i) {
    product += (beside[i] - mean.for_each) * (seconds[i] - mean.alone);
    square += (beside[i] - mean.for_each) * (beside[i] - mean.for_each);
  }
  const double slope = square > 0.0 ? std::max(product / square, 0.0) : 0.0;
  const double alone = mean.alone - slope * mean.for_each;
  // A prompt that takes no time by itself is noise, or a machine that this line does not fit.
  return alone > 0.0 ? PromptLine{alone, slope} : PromptLine{mean.alone, 0.0};
}

}  // namespace

std::vector<ServicePoint> points_of(const std::vector<Burst>& bursts) {
  const bool apart = std::all_of(bursts.begin(), bursts.end(), [](const Burst& burst) {
    return burst.first > 0.0 && burst.writing && *burst.writing >= 0.0;
  });
  const PromptLine prompt = apart ? prompt_line(bursts) : PromptLine{};
  std::vector<ServicePoint> points;
  for (const Burst& burst : bursts) {
    points.push_back({burst.at_once, burst.seconds, 0.0, 0.0, 0.0});
    if (!apart) continue;
    points.back().prompt = prompt.alone + prompt.for_each * (burst.at_once - 1);
    points.back().writing = *burst.writing;
    if (burst.at_once == 1) continue;
    fit_last(points);
    if (points.size() == 2) points.front().meanwhile = points.back().meanwhile;
  }
  return points;
}

}  // namespace fovea::cost
