#include "core/bench/report/request_figures.h"

#include "core/bench/units.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

using Requests = std::vector<const RequestRecord*>;

RunFigure latency(std::string name, std::string formula) {
  RunFigure figure;
  figure.name = std::move(name);
  figure.unit = "ms";
  figure.formula = std::move(formula);
  figure.better = Better::kLower;
  return figure;
}

void add_latencies(std::vector<RunFigure>& out, const Requests& requests) {
  RunFigure ttft = latency("ttft_ms", "first token - submission");
  RunFigure tpot = latency("tpot_ms", "(last token - first token) / (tokens - 1)");
  RunFigure itl = latency("itl_ms", "a token - the one before it");
  RunFigure e2el = latency("e2el_ms", "last token - submission");
  for (const RequestRecord* request : requests) {
    const RequestMetrics& metrics = request->metrics;
    if (request->failed() || metrics.token_times.empty()) continue;
    ttft.values.push_back(kMilliseconds * metrics.ttft());
    if (metrics.tpot() > 0.0) tpot.values.push_back(kMilliseconds * metrics.tpot());
    for (std::size_t i = 1; i < metrics.token_times.size(); ++i) {
      itl.values.push_back(kMilliseconds * (metrics.token_times[i] - metrics.token_times[i - 1]));
    }
    e2el.values.push_back(kMilliseconds * request->e2el());
  }
  for (RunFigure* figure : {&ttft, &tpot, &itl, &e2el}) {
    if (!figure->values.empty()) out.push_back(std::move(*figure));
  }
}

void add_stages(std::vector<RunFigure>& out, const Requests& requests) {
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    RunFigure figure = latency(std::string(stage_name(stage)) + "_ms", "time in that stage");
    bool any = false;
    for (const RequestRecord* request : requests) {
      if (request->failed()) continue;
      figure.values.push_back(kMilliseconds * request->metrics.stages[stage]);
      any = any || figure.values.back() > 0.0;
    }
    if (any) out.push_back(std::move(figure));
  }
  RunFigure rest = latency("other_ms", "total - sum of the stages");
  rest.better = Better::kNeither;
  for (const RequestRecord* request : requests) {
    if (request->failed() || request->metrics.total_seconds <= 0.0) continue;
    rest.values.push_back(kMilliseconds * (request->metrics.total_seconds - request->metrics.stages.total()));
  }
  if (!rest.values.empty()) out.push_back(std::move(rest));
}

/// The seconds that each request, in the order of their ends, added to the group's duration.
struct Ending {
  const RequestRecord* request = nullptr;
  double seconds = 0.0;
};

std::vector<Ending> endings(Requests requests) {
  std::stable_sort(requests.begin(), requests.end(), [](const RequestRecord* a, const RequestRecord* b) {
    return a->ended_seconds < b->ended_seconds;
  });
  double before = requests.front()->sent_seconds;
  for (const RequestRecord* request : requests) before = std::min(before, request->sent_seconds);
  std::vector<Ending> out;
  for (const RequestRecord* request : requests) {
    out.push_back({request, std::max(0.0, request->ended_seconds - before)});
    before = std::max(before, request->ended_seconds);
  }
  return out;
}

/// A rate of what `of` counts.
template <typename Count>
void add_rate(std::vector<RunFigure>& out, const std::map<int, std::vector<Ending>>& runs, RunFigure figure,
              const Count& of) {
  const bool repeated = runs.size() > 1;
  for (const auto& [run, list] : runs) {
    double count = 0.0;
    double seconds = 0.0;
    for (const Ending& ending : list) {
      const double one = ending.request->failed() ? 0.0 : of(*ending.request);
      count += one;
      seconds += ending.seconds;
      if (repeated) continue;
      figure.values.push_back(one);
      figure.divisors.push_back(ending.seconds);
    }
    if (!repeated) continue;
    figure.values.push_back(count);
    figure.divisors.push_back(seconds);
  }
  figure.better = Better::kHigher;
  if (repeated) figure.block = 1;
  if (statistic_of({figure.divisors}, Statistic::kMean) > 0.0) out.push_back(std::move(figure));
}

RunFigure rate(std::string name, std::string unit, std::string formula) {
  RunFigure figure;
  figure.name = std::move(name);
  figure.unit = std::move(unit);
  figure.formula = std::move(formula) + " / (last end - first submission)";
  return figure;
}

void add_rates(std::vector<RunFigure>& out, const Requests& requests, const LatencyLimits& limits) {
  std::map<int, Requests> by_run;
  for (const RequestRecord* request : requests) by_run[request->run].push_back(request);
  std::map<int, std::vector<Ending>> runs;
  for (auto& [run, list] : by_run) runs[run] = endings(list);
  add_rate(out, runs, rate("request_throughput", "requests/s", "answered requests"),
           [](const RequestRecord&) { return 1.0; });
  if (limits.any()) {
    add_rate(out, runs, rate("request_goodput", "requests/s", "requests within " + limits.text()),
             [&](const RequestRecord& request) { return limits.kept_by(request) ? 1.0 : 0.0; });
  }
  const bool told = std::none_of(requests.begin(), requests.end(), [](const RequestRecord* request) {
    return !request->failed() && request->metrics.untold.tokens;
  });
  if (!told) return;
  add_rate(out, runs, rate("output_throughput", "tokens/s", "new tokens"), [](const RequestRecord& request) {
    return static_cast<double>(request.metrics.completion_tokens);
  });
  add_rate(out, runs, rate("total_token_throughput", "tokens/s", "(prompt + new tokens)"),
           [](const RequestRecord& request) {
             return static_cast<double>(request.metrics.prompt_tokens + request.metrics.completion_tokens);
           });
}

void add_lateness(std::vector<RunFigure>& out, const Requests& requests) {
  RunFigure late = latency("late_ms", "submission - the time it was due");
  late.better = Better::kNeither;
  bool any = false;
  for (const RequestRecord* request : requests) {
    late.values.push_back(kMilliseconds * request->late_seconds);
    any = any || request->late_seconds > 0.0;
  }
  if (any) out.push_back(std::move(late));
}

}  // namespace

std::vector<RunFigure> request_figures(const Requests& requests, const LatencyLimits& limits) {
  std::vector<RunFigure> out;
  if (requests.empty()) return out;
  add_latencies(out, requests);
  add_rates(out, requests, limits);
  add_stages(out, requests);
  add_lateness(out, requests);
  return out;
}

}  // namespace fovea::bench
