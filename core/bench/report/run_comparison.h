#pragma once

#include "core/bench/report/run_record.h"

#include <string>
#include <vector>

namespace fovea::bench {

enum class Verdict { kBetter, kWorse, kNoDifferenceShown };

/// "better", "worse", "no difference shown".
const char* verdict_name(Verdict verdict);

/// One figure of one group in two runs.
struct FigureDifference {
  std::string group;
  std::string figure;
  std::string unit;
  std::string statistic;  ///< "median", "p99", "rate"
  Better better = Better::kNeither;
  double before = 0.0;
  double after = 0.0;
  double change = 0.0;  ///< (after - before) / before
  Band band;            ///< 99 % of the change, by bootstrap of both runs
  /// Better or worse only where the band leaves out 0 and both have at least kFewest values.
  Verdict verdict = Verdict::kNoDifferenceShown;
  bool too_few = false;  ///< one of the runs has too few values for a band that means something

  /// How much worse it got, as a share of before; below 0 where it got better.
  double worsening() const { return better == Better::kHigher ? -change : change; }
};

struct RunComparison {
  static constexpr std::size_t kFewest = 5;  ///< values of a figure

  std::vector<FigureDifference> differences;
  /// What else differs between the runs (machine, model, settings): whole sentences. A difference may come
  /// from any of it.
  std::vector<std::string> circumstances;
  std::vector<std::string> unmatched;  ///< groups that only one of the runs has
};

/// Compares settled runs, group by group of the same label: the median and the 99th percentile of latencies,
/// rates, memory. Stages and what is neither better nor worse are left out.
RunComparison compare_runs(const RunRecord& before, const RunRecord& after);

/// The same for two groups of one run, whatever their labels.
RunComparison compare_groups(GroupRecord before, GroupRecord after);

/// The differences that are shown and worse than `most` (0.05: five per cent).
std::vector<FigureDifference> regressions(const RunComparison& comparison, double most);

}  // namespace fovea::bench
