#include "core/bench/long/long_run.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/report/run_comparison.h"
#include "core/bench/resource_sampler.h"
#include "core/bench/trend.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kMinute = 60.0;

/// "window 2, 5 to 10 min"; in seconds where windows are short.
std::string label_of(const LongPlan& plan, int window) {
  const double one = plan.seconds / plan.windows;
  const bool minutes = one >= 2.0 * kMinute;
  const double unit = minutes ? kMinute : 1.0;
  const auto text = [&](double time) {
    return decimal_text(time / unit, std::fmod(time, unit) < 0.05 ? 0 : 1);
  };
  return "window " + std::to_string(window + 1) + ", " + text(one * window) + " to " +
         text(one * (window + 1)) + (minutes ? " min" : " s");
}

class LongRun {
 public:
  LongRun(Engine& engine, const LongPlan& plan, RequestSource& source, const ThermalReader& thermal,
          RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped)
      : engine_(engine),
        plan_(plan),
        source_(source),
        thermal_(thermal),
        recorder_(recorder),
        observer_(observer),
        stopped_(stopped) {}

  void run() {
    const double one = plan_.seconds / plan_.windows;
    for (int window = 0; window < plan_.windows; ++window)
      recorder_.record().group(label_of(plan_, window), (window + 0.5) * one / kMinute);
    for (int window = 0; window < plan_.windows && !stop(); ++window) {
      const std::string label = label_of(plan_, window);
      if (!recorder_.begin_part(label)) continue;
      measure(label, one, one * (plan_.windows - window));
      if (!stop()) recorder_.end_part(label);
    }
  }

 private:
  bool stop() const { return stopped_ && stopped_(); }

  void measure(const std::string& label, double seconds, double left) {
    const double begin = recorder_.now();
    sampler_.begin();
    const ThermalLook before = thermal_();
    std::int64_t done = 0;
    while (!stop() && recorder_.now() - begin < seconds) {
      if (observer_) observer_({label, done, 0, left - (recorder_.now() - begin)});
      const double sent = recorder_.now();
      const std::vector<CollectedAnswer> answers = ask_together(engine_, {source_.next()}, stopped_);
      if (stop()) return;
      RequestRecord record = record_of(answers.front());
      record.group = label;
      record.sent_seconds = sent;
      record.ended_seconds = recorder_.now();
      recorder_.add(std::move(record));
      add_thermal(label, thermal_());
      ++done;
    }
    recorder_.add_sampled(label, sampler_.figures());
    const ThermalLook after = thermal_();
    if (before.throttle_events >= 0.0 && after.throttle_events >= 0.0) {
      recorder_.add_sampled(label, {{"throttle_events",
                                     "",
                                     "times that a core was slowed for heat, in the window",
                                     Better::kLower,
                                     {after.throttle_events - before.throttle_events}}});
    }
  }

  void add_thermal(const std::string& label, const ThermalLook& look) {
    std::vector<RunFigure> figures;
    const auto add = [&](const char* name, const char* unit, const char* formula, double value) {
      if (value >= 0.0) figures.push_back({name, unit, formula, Better::kNeither, {value}});
    };
    add("celsius", "°C", "the processor's warmest sensor, after each answer", look.celsius);
    add("clock_mhz", "MHz", "clock, mean of the cores, after each answer", look.clock_mhz);
    add("gpu_celsius", "°C", "the first GPU, after each answer (NVML)", look.gpu_celsius);
    add("gpu_watts", "W", "the first GPU, after each answer (NVML)", look.gpu_watts);
    recorder_.add_sampled(label, figures);
  }

  Engine& engine_;
  const LongPlan& plan_;
  RequestSource& source_;
  const ThermalReader& thermal_;
  RunRecorder& recorder_;
  const RunObserver& observer_;
  const Stopped& stopped_;
  ResourceSampler sampler_;
};

ReportTable windows_table(const RunRecord& record) {
  ReportTable table{"By window",
                    "Medians, each with its 95 % band where it matters.",
                    {"window", "answers", "TPOT ms", "band", "TTFT ms", "memory MB", "celsius", "clock MHz",
                     "throttled", "GPU celsius"},
                    {}};
  for (const GroupRecord& group : record.groups) {
    if (group.requests == 0) continue;
    const auto text = [&](const char* name) {
      const RunFigure* figure = find(group, name);
      return figure == nullptr ? std::string("-") : figure_text(figure->value());
    };
    const RunFigure* tpot = find(group, "tpot_ms");
    table.rows.push_back(
        {group.label, std::to_string(group.requests - group.failed), text("tpot_ms"),
         tpot == nullptr ? "-" : figure_text(tpot->band.low) + " to " + figure_text(tpot->band.high),
         text("ttft_ms"), text("memory_mb"), text("celsius"), text("clock_mhz"), text("throttle_events"),
         text("gpu_celsius")});
  }
  return table;
}

std::string drift_text(const FigureDifference& one, const std::string& name) {
  const std::string band =
      " (99 % band " + change_text(one.band.low) + " to " + change_text(one.band.high) + ")";
  if (one.too_few) return name + ": the windows have too few values to tell a drift.";
  if (one.verdict == Verdict::kNoDifferenceShown)
    return name + ": no drift shown; " + change_text(one.change) + " from the first window to the last" +
           band + ".";
  return name + " drifted: " + change_text(one.change) + " from the first window to the last" + band + ".";
}

/// How fast memory grew over all windows, and whether that is more than chance: a leak shows as a rise that
/// goes on, where the first window against the last also shows what was merely filled once.
std::string growth_text(const std::vector<const GroupRecord*>& windows) {
  constexpr double kShown = 0.01;
  constexpr double kMinutesAnHour = 60.0;
  std::vector<double> minutes;
  std::vector<double> memory;
  for (const GroupRecord* window : windows) {
    const RunFigure* figure = find(*window, "memory_mb");
    if (figure == nullptr) continue;
    minutes.push_back(window->x);
    memory.push_back(figure->value());
  }
  if (memory.size() < 3) return {};
  const Trend trend = trend_of(minutes, memory);
  const double an_hour = kMinutesAnHour * trend.slope;
  const std::string what = decimal_text(std::abs(an_hour), 1) + " MB an hour over " +
                           std::to_string(memory.size()) +
                           " windows (Sen's slope; Kendall's test, p = " + decimal_text(trend.p, 3) + ")";
  if (trend.p >= kShown) {
    // So few windows that even a rise in each of them is within chance at this level.
    return "Memory growth: none shown; " + std::string(an_hour < 0.0 ? "-" : "+") + what +
           (memory.size() < 6 ? "; six windows or more can show one." : ".");
  }
  return (an_hour > 0.0 ? "Memory grew steadily: " : "Memory shrank steadily: ") + what + ".";
}

}  // namespace

void run_long(Engine& engine, const LongPlan& plan, RequestSource& source, const ThermalReader& thermal,
              RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped) {
  LongRun(engine, plan, source, thermal, recorder, observer, stopped).run();
}

void conclude_long(RunRecord& record) {
  record.tables.clear();
  record.findings.clear();
  ReportTable windows = windows_table(record);
  if (!windows.rows.empty()) record.tables.push_back(std::move(windows));
  std::vector<const GroupRecord*> measured;
  bool counted = false;
  std::string throttled;
  for (const GroupRecord& group : record.groups) {
    if (group.requests > group.failed) measured.push_back(&group);
    const RunFigure* events = find(group, "throttle_events");
    counted = counted || events != nullptr;
    if (events != nullptr && events->summary.max > 0.0)
      throttled += (throttled.empty() ? "" : ", ") + group.label + " (" +
                   decimal_text(events->summary.max, 0) + " times)";
  }
  if (measured.size() < 2) {
    record.findings.emplace_back("One window is too few to tell a drift.");
    return;
  }
  const RunComparison comparison = compare_groups(*measured.front(), *measured.back());
  for (const FigureDifference& one : comparison.differences) {
    if (one.statistic != "median") continue;
    if (one.figure == "tpot_ms") record.findings.push_back(drift_text(one, "Time for each token"));
    if (one.figure == "memory_mb") record.findings.push_back(drift_text(one, "Memory"));
  }
  if (std::string growth = growth_text(measured); !growth.empty())
    record.findings.push_back(std::move(growth));
  record.findings.push_back(!throttled.empty() ? "The processor was slowed for heat in " + throttled + "."
                            : counted
                                ? "The processor was not slowed for heat."
                                : "The system does not tell whether the processor was slowed for heat.");
}

}  // namespace fovea::bench
