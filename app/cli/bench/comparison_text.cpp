#include "app/cli/bench/comparison_text.h"

#include "app/cli/model_output.h"
#include "app/cli/quantities.h"
#include "core/bench/report/figure_text.h"

#include <vector>

namespace fovea::cli {

std::string change_text(double share) {
  return (share >= 0.0 ? "+" : "") + fixed_text(100.0 * share, 1) + " %";
}

std::string comparison_text(const bench::RunComparison& comparison) {
  std::vector<std::vector<std::string>> rows = {
      {"GROUP", "FIGURE", "", "BEFORE", "AFTER", "CHANGE", "99 % BAND", "VERDICT"}};
  bool too_few = false;
  for (const bench::FigureDifference& one : comparison.differences) {
    too_few = too_few || one.too_few;
    rows.push_back({one.group, one.figure, one.statistic, bench::figure_text(one.before),
                    bench::figure_text(one.after), change_text(one.change),
                    one.too_few ? "-" : change_text(one.band.low) + " to " + change_text(one.band.high),
                    bench::verdict_name(one.verdict)});
  }
  std::string out = in_columns(rows);
  if (comparison.differences.empty()) out = "The runs have no figure in common.\n";
  if (too_few) {
    out += "\n\"-\": fewer than " + std::to_string(bench::RunComparison::kFewest) +
           " values in one of the runs; measure more requests or repetitions.\n";
  }
  if (!comparison.circumstances.empty()) out += "\nWhat else differs between the runs:\n";
  for (const std::string& line : comparison.circumstances) out += "  " + line + "\n";
  for (const std::string& label : comparison.unmatched)
    out += "Only one of the runs has \"" + label + "\".\n";
  return out +
         "\nThe band is of chance within the runs, by bootstrap. How the machine changes from run to run is "
         "not in "
         "it: repeat a run against itself to see that.\n";
}

nlohmann::ordered_json comparison_json(const bench::RunComparison& comparison) {
  nlohmann::ordered_json json = {{"differences", nlohmann::ordered_json::array()},
                                 {"circumstances", comparison.circumstances},
                                 {"unmatched", comparison.unmatched}};
  for (const bench::FigureDifference& one : comparison.differences) {
    json["differences"].push_back({{"group", one.group},
                                   {"figure", one.figure},
                                   {"unit", one.unit},
                                   {"statistic", one.statistic},
                                   {"before", one.before},
                                   {"after", one.after},
                                   {"change", one.change},
                                   {"band99", {one.band.low, one.band.high}},
                                   {"too_few", one.too_few},
                                   {"verdict", bench::verdict_name(one.verdict)}});
  }
  return json;
}

}  // namespace fovea::cli
