#include "core/bench/forecast/forecast_run.h"

#include "core/bench/workload.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <utility>

namespace fovea::bench {
namespace {

/// A sort of question; one of them is not 0.
struct Kind {
  std::int64_t text_tokens = 0;
  int side = 0;  // pixels

  std::string name() const {
    return side > 0 ? std::to_string(side) + " x " + std::to_string(side) : std::string("text");
  }
};

/// The sorts in turn, each round of them in another order.
std::vector<Kind> drawn(const ForecastPlan& plan, std::int64_t context) {
  std::vector<Kind> kinds;
  for (const std::int64_t tokens : plan.text_tokens) {
    if (context <= 0 || tokens + plan.new_tokens < context) kinds.push_back({tokens, 0});
  }
  for (const int side : plan.sides) kinds.push_back({0, side});
  std::mt19937_64 random(plan.seed);
  std::vector<Kind> out;
  while (!kinds.empty() && std::ssize(out) < plan.questions) {
    for (std::size_t i = kinds.size(); i > 1; --i) std::swap(kinds[i - 1], kinds[random() % i]);
    out.insert(out.end(), kinds.begin(), kinds.end());
  }
  out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(0, plan.questions))));
  return out;
}

Result<GenerationRequest> question(Engine& engine, const Kind& kind, const ForecastPlan& plan,
                                   std::uint64_t seed) {
  if (kind.side == 0) return text_request(engine, kind.text_tokens, plan.new_tokens, seed);
  return picture_request(made_up_picture(kind.side, kind.side, seed), made_up_words(12, seed),
                         plan.new_tokens);
}

}  // namespace

double ForecastSample::error() const {
  return actual > 0.0 ? std::abs(forecast / actual - 1.0) : 0.0;
}

bool ForecastSample::machine_moved(double share) const {
  const double least = std::min(read_before, read_after);
  return least > 0.0 && std::max(read_before, read_after) > (1.0 + share) * least;
}

std::vector<double> ForecastReport::errors(bool moved) const {
  std::vector<double> out;
  for (const ForecastSample& sample : samples) {
    if (sample.forecast > 0.0 && sample.machine_moved(kMovedShare) == moved) out.push_back(sample.error());
  }
  return out;
}

ForecastReport run_forecasts(Engine& engine, const ForecastPlan& plan,
                             const std::function<double()>& read_limit, const BenchProgress& progress,
                             const Stopped& stopped) {
  ForecastReport report;
  const std::vector<Kind> kinds = drawn(plan, engine.model().context_tokens);
  double read = read_limit ? read_limit() : 0.0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    report.stopped = stopped && stopped();
    if (report.stopped) break;
    if (progress) progress(kinds[i].name(), static_cast<int>(i) + 1, static_cast<int>(kinds.size()));
    const Result<GenerationRequest> request = question(engine, kinds[i], plan, plan.seed + 1 + i);
    if (!request) {
      if (!report.error) report.error = request.error();
      continue;
    }
    const CollectedAnswer answer = std::move(ask_together(engine, {*request}, stopped).front());
    const double after = read_limit ? read_limit() : 0.0;
    const RequestMetrics& metrics = answer.metrics;
    if (answer.error && !report.error) report.error = answer.error;
    if (!answer.error && !metrics.token_times.empty()) {
      report.samples.push_back({kinds[i].name(), metrics.prompt_tokens, metrics.forecast_ttft,
                                metrics.ttft() - metrics.stages[Stage::kQueue], read, after});
    }
    read = after;
  }
  return report;
}

}  // namespace fovea::bench
