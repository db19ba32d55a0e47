#include "core/bench/report/run_comparison.h"

#include "core/bench/report/figure_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace fovea::bench {
namespace {

constexpr double kComparedLevel = 0.99;
constexpr std::uint64_t kSeedBefore = 11;
constexpr std::uint64_t kSeedAfter = 12;

const GroupRecord* find(const RunRecord& record, const std::string& label) {
  for (const GroupRecord& group : record.groups) {
    if (group.label == label) return &group;
  }
  return nullptr;
}

/// Single stages move into each other (queue, prefill); the whole is what counts.
bool compared(const RunFigure& figure) {
  if (figure.better == Better::kNeither) return false;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    if (figure.name == std::string(stage_name(static_cast<Stage>(i))) + "_ms") return false;
  }
  return true;
}

/// The band of the relative change: replicates of both runs, paired at random, which resampling by itself is
/// once one side is in another order.
Band change_band(const RunFigure& before, const RunFigure& after, Statistic statistic) {
  const std::vector<double> a = bootstrap(before.sample(), statistic, kSeedBefore, before.block);
  const std::vector<double> b = bootstrap(after.sample(), statistic, kSeedAfter, after.block);
  const std::size_t count = std::min(a.size(), b.size());
  if (count == 0) return {};
  // A stride that shares no divisor with the count visits every replicate once.
  std::size_t stride = static_cast<std::size_t>(0.618 * static_cast<double>(count)) | 1U;
  while (std::gcd(stride, count) != 1) ++stride;
  std::vector<double> changes;
  for (std::size_t i = 0; i < count; ++i) {
    const double base = a[i * a.size() / count];
    const double other = b[(i * stride % count) * b.size() / count];
    if (base > 0.0) changes.push_back((other - base) / base);
  }
  std::sort(changes.begin(), changes.end());
  return band_of(changes, kComparedLevel);
}

FigureDifference difference(const std::string& group, const RunFigure& before, const RunFigure& after,
                            Statistic statistic) {
  FigureDifference out;
  out.group = group;
  out.figure = before.name;
  out.unit = before.unit;
  out.statistic = statistic == Statistic::kMedian ? "median" : statistic == Statistic::kP99 ? "p99" : "rate";
  out.better = before.better;
  out.before = statistic_of(before.sample(), statistic);
  out.after = statistic_of(after.sample(), statistic);
  out.change = out.before != 0.0 ? (out.after - out.before) / out.before : 0.0;
  out.too_few = std::min(before.values.size(), after.values.size()) < RunComparison::kFewest;
  out.band = change_band(before, after, statistic);
  const bool shown = !out.too_few && (out.band.low > 0.0 || out.band.high < 0.0);
  if (shown) out.verdict = out.worsening() > 0.0 ? Verdict::kWorse : Verdict::kBetter;
  return out;
}

void note(std::vector<std::string>& circumstances, const char* what, const std::string& before,
          const std::string& after) {
  if (before != after)
    circumstances.push_back(std::string(what) + ": " + before + " before, " + after + " after.");
}

std::string setting(const RunRecord& record, const std::string& name) {
  for (const auto& [own, value] : record.settings) {
    if (own == name) return value;
  }
  return "not set";
}

std::string names_of(const std::vector<EnvironmentGpu>& gpus) {
  std::string names;
  for (const EnvironmentGpu& gpu : gpus) names += (names.empty() ? "" : ", ") + gpu.name;
  return names;
}

std::string or_none(const std::string& told) {
  return told.empty() ? "none noted" : told;
}

std::vector<std::string> other_circumstances(const RunRecord& before, const RunRecord& after) {
  std::vector<std::string> circumstances;
  const Environment& a = before.environment;
  const Environment& b = after.environment;
  note(circumstances, "Kind of run", before.name, after.name);
  note(circumstances, "Model", before.model.name, after.model.name);
  note(circumstances, "Arithmetic", before.model.compute_type, after.model.compute_type);
  note(circumstances, "Weights", before.model.weight_format, after.model.weight_format);
  note(circumstances, "Keys and values", before.model.kv_cache_type, after.model.kv_cache_type);
  note(circumstances, "Threads", std::to_string(before.threads), std::to_string(after.threads));
  note(circumstances, "Processor", a.cpu, b.cpu);
  note(circumstances, "Cores", std::to_string(a.cores), std::to_string(b.cores));
  note(circumstances, "Governor", a.governor, b.governor);
  if (!before.model.device.empty() && !after.model.device.empty())  // older runs do not say
    note(circumstances, "Device", before.model.device, after.model.device);
  note(circumstances, "GPUs", or_none(names_of(a.gpus)), or_none(names_of(b.gpus)));
  note(circumstances, "GPU driver", or_none(a.gpu_driver), or_none(b.gpu_driver));
  note(circumstances, "Program", a.program_version, b.program_version);
  for (const auto& [name, value] : before.settings)
    note(circumstances, name.c_str(), value, setting(after, name));
  constexpr double kNear = 0.10;
  if (a.read_before > 0.0 && b.read_before > 0.0 && std::abs(b.read_before / a.read_before - 1.0) > kNear) {
    circumstances.push_back("Memory was read at " + figure_text(a.read_before / 1e9) +
                            " GB/s before the first run and " + figure_text(b.read_before / 1e9) +
                            " GB/s before the second: the machine itself changed.");
  }
  if (std::abs(a.load_average - b.load_average) > 0.5) {
    note(circumstances, "Load of the machine", figure_text(a.load_average), figure_text(b.load_average));
  }
  if (!before.complete || !after.complete) circumstances.emplace_back("One of the runs is not complete.");
  return circumstances;
}

}  // namespace

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kNoDifferenceShown:
      return "no difference shown";
  }
  return "";
}

RunComparison compare_runs(const RunRecord& before, const RunRecord& after) {
  RunComparison out;
  out.circumstances = other_circumstances(before, after);
  for (const GroupRecord& group : before.groups) {
    const GroupRecord* other = find(after, group.label);
    if (other == nullptr) {
      out.unmatched.push_back(group.label);
      continue;
    }
    for (const RunFigure& figure : group.figures) {
      const RunFigure* own = find(*other, figure.name);
      if (own == nullptr || !compared(figure) || own->rate() != figure.rate()) continue;
      out.differences.push_back(difference(group.label, figure, *own, figure.statistic()));
      constexpr std::size_t kForTails =
          100;  // values below which the 99th percentile is the largest, or nearly
      const bool tails = std::min(figure.values.size(), own->values.size()) >= kForTails;
      if (tails && !figure.rate()) {
        out.differences.push_back(difference(group.label, figure, *own, Statistic::kP99));
      }
    }
  }
  for (const GroupRecord& group : after.groups) {
    if (find(before, group.label) == nullptr) out.unmatched.push_back(group.label);
  }
  return out;
}

RunComparison compare_groups(GroupRecord before, GroupRecord after) {
  RunRecord first;
  RunRecord second;
  after.label = before.label;
  first.groups.push_back(std::move(before));
  second.groups.push_back(std::move(after));
  return compare_runs(first, second);
}

std::vector<FigureDifference> regressions(const RunComparison& comparison, double most) {
  std::vector<FigureDifference> out;
  for (const FigureDifference& one : comparison.differences) {
    if (one.verdict == Verdict::kWorse && one.worsening() > most) out.push_back(one);
  }
  return out;
}

}  // namespace fovea::bench
