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

/// A prompt's seconds, by how many answers are written beside it: alone, or a line from one answer on.
struct PromptTime {
  double alone = 0.0;
  double beside = 0.0;    ///< where the line meets no answers
  double for_each = 0.0;  ///< more for each; not below 0: noise alone would make prompts faster in company

  double with(int answers) const { return answers == 0 ? alone : beside + for_each * answers; }
};

/// What a burst of n > 1 says of its prompts in company: their mean seconds, and beside how many answers that
/// is. Of n the k-th, counted from 0, has k answers beside it. Until all have begun each counts once; in the
/// mean to the first token the k-th counts for the n - k that wait for it.
struct InCompany {
  double answers = 0.0;
  double seconds = 0.0;
};

InCompany in_company(const Burst& burst, double alone) {
  const double n = burst.at_once;
  if (burst.begun) return {n / 2.0, (*burst.begun - alone) / (n - 1.0)};
  return {(n + 1.0) / 3.0, 2.0 * (burst.first - alone) / (n - 1.0)};
}

/// The least squares through what the bursts take. A line through prompts alone as well would miss both ends:
/// the first answer adds a step's whole cost to each of a prompt's steps, the others only their rows.
PromptTime prompt_time(const std::vector<Burst>& bursts) {
  const bool begun =
      std::all_of(bursts.begin(), bursts.end(), [](const Burst& burst) { return burst.begun; });
  PromptTime out;
  const Burst& least = bursts.front();
  out.alone = begun ? *least.begun / least.at_once : 2.0 * least.first / (least.at_once + 1.0);
  std::vector<InCompany> seen;
  InCompany mean;
  for (Burst burst : bursts) {
    if (burst.at_once < 2) continue;
    if (!begun) burst.begun.reset();
    seen.push_back(in_company(burst, out.alone));
    mean.answers += seen.back().answers;
    mean.seconds += seen.back().seconds;
  }
  if (seen.empty()) return out;
  mean.answers /= static_cast<double>(seen.size());
  mean.seconds /= static_cast<double>(seen.size());
  double product = 0.0;
  double square = 0.0;
  for (const InCompany& one : seen) {
    product += (one.answers - mean.answers) * (one.seconds - mean.seconds);
    square += (one.answers - mean.answers) * (one.answers - mean.answers);
  }
  out.for_each = square > 0.0 ? std::max(product / square, 0.0) : 0.0;
  out.beside = mean.seconds - out.for_each * mean.answers;
  // A prompt that takes no time is noise, or a machine that this line does not fit.
  if (out.with(1) > 0.0) return out;
  return {out.alone, mean.seconds > 0.0 ? mean.seconds : out.alone, 0.0};
}

/// Sets every point's `meanwhile` from what the bursts of more than one say of answers beside prompts. An
/// answer of a burst of n is written beside each prompt that follows its own: in the mean over answers and
/// prompts (2 n - 1) / 3 are written then.
void set_meanwhile(std::vector<ServicePoint>& points, const std::vector<Burst>& bursts) {
  double held_up = 0.0;  // seconds of an answer
  double count = 0.0;
  for (const Burst& burst : bursts) {
    if (burst.at_once < 2) continue;
    const double answers = (2.0 * burst.at_once - 1.0) / 3.0;
    held_up += std::max(0.0, *burst.beside - service_at(points, answers).writing);
    count += 1.0;
  }
  for (ServicePoint& point : points) {
    const double writing = service_at(points, std::max(1, point.at_once - 1)).writing;
    point.meanwhile = writing > 0.0 ? writing / (writing + held_up / count) : 0.0;
  }
}

}  // namespace

std::vector<ServicePoint> points_of(const std::vector<Burst>& bursts) {
  const bool apart = std::all_of(bursts.begin(), bursts.end(), [](const Burst& burst) {
    return burst.first > 0.0 && burst.writing && *burst.writing >= 0.0;
  });
  const bool beside = std::all_of(bursts.begin(), bursts.end(),
                                  [](const Burst& burst) { return burst.at_once == 1 || burst.beside; });
  const PromptTime prompt = apart ? prompt_time(bursts) : PromptTime{};
  std::vector<ServicePoint> points;
  for (const Burst& burst : bursts) {
    points.push_back({burst.at_once, burst.seconds, 0.0, 0.0, 0.0});
    if (!apart) continue;
    points.back().prompt = prompt.with(burst.at_once - 1);
    points.back().writing = *burst.writing;
    if (beside || burst.at_once == 1) continue;
    fit_last(points);
    if (points.size() == 2) points.front().meanwhile = points.back().meanwhile;
  }
  if (apart && beside && bursts.back().at_once > 1) set_meanwhile(points, bursts);
  return points;
}

}  // namespace fovea::cost
