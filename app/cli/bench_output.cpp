#include "app/cli/bench_output.h"

#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "app/cli/quantities.h"

#include <algorithm>
#include <set>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Three digits, more where the number is long anyway.
std::string figure_text(double value) {
  return fixed_text(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

std::string read_text(const BenchRun& run) {
  if (run.read_before <= 0.0) return "";
  const auto rate = [](double value) { return bytes_text(static_cast<std::uint64_t>(value)) + "/s"; };
  return "Memory was read at " + rate(run.read_before) + " before" +
         (run.read_after > 0.0 ? " and " + rate(run.read_after) + " after" : std::string()) + ".\n";
}

/// Tokens a second that reading every weight of a step once allows, by the better of the two readings.
double decode_limit(const BenchRun& run) {
  const double rate = std::max(run.read_before, run.read_after);
  if (run.model.step_weight_bytes == 0) return 0.0;
  return rate / static_cast<double>(run.model.step_weight_bytes);
}

std::string limit_text(const BenchRun& run) {
  const double limit = decode_limit(run);
  if (run.kind != bench::BenchKind::kDecode || limit <= 0.0 || run.report.parts.empty()) return "";
  for (const bench::Figure& figure : run.report.parts.front().figures) {
    if (figure.name != "decode_tokens_per_s") continue;
    return "A step reads " + bytes_text(run.model.step_weight_bytes) + " of weights, so at most " +
           figure_text(limit) + " tokens/s; the median is " +
           fixed_text(100.0 * figure.summary.median / limit, 0) + " % of it.\n";
  }
  return "";
}

}  // namespace

std::string bench_text(const BenchRun& run) {
  std::string text = model_line(run.model) + "\n";
  std::set<std::string> explained;
  std::string formulas;
  for (const bench::BenchPart& part : run.report.parts) {
    text += "\n" + part.label + ": ";
    text += part.tokens_told ? counted(part.prompt_tokens, "prompt token") + " a request, " +
                                   counted(part.new_tokens, "new token") + " in all"
                             : "tokens not told by the server";
    if (part.failed > 0) text += ", " + counted(part.failed, "request") + " failed";
    text += "\n";
    std::vector<std::vector<std::string>> rows = {{"  FIGURE", "MEAN", "MEDIAN", "P90", "P99", "RUNS"}};
    for (const bench::Figure& figure : part.figures) {
      const bench::Summary& s = figure.summary;
      rows.push_back({"  " + figure.name, figure_text(s.mean), figure_text(s.median), figure_text(s.p90),
                      figure_text(s.p99), std::to_string(s.count)});
      if (explained.insert(figure.name).second) {
        formulas += "  " + figure.name + " = " + figure.formula + "\n";
      }
    }
    if (rows.size() > 1) text += in_columns(rows);
  }
  text += "\n" + read_text(run) + limit_text(run);
  if (run.engine.peak_bytes > 0) text += "Peak memory " + bytes_text(run.engine.peak_bytes) + ".\n";
  if (run.report.stopped) text += "Stopped before the end; these are the runs until then.\n";
  return text + (formulas.empty() ? "" : "\n" + formulas);
}

nlohmann::ordered_json bench_json(const BenchRun& run) {
  Json json = {{"model", run.model.name},
               {"compute_type", run.model.compute_type},
               {"load_seconds", run.load_seconds < 0.0 ? Json() : Json(run.load_seconds)},
               {"warm_up", run.plan.warm_up},
               {"repeats", run.plan.repeats},
               {"read_bytes_per_second", {run.read_before, run.read_after}},
               {"step_weight_bytes", run.model.step_weight_bytes},
               {"decode_limit_tokens_per_s", decode_limit(run)},
               {"peak_bytes", run.engine.peak_bytes},
               {"stopped", run.report.stopped}};
  json["parts"] = Json::array();
  for (const bench::BenchPart& part : run.report.parts) {
    Json figures = Json::object();
    for (const bench::Figure& figure : part.figures) {
      const bench::Summary& s = figure.summary;
      figures[figure.name] = {{"mean", s.mean}, {"median", s.median},      {"p90", s.p90},
                              {"p99", s.p99},   {"std", s.deviation},      {"min", s.min},
                              {"max", s.max},   {"values", figure.values}, {"formula", figure.formula}};
    }
    json["parts"].push_back({{"label", part.label},
                             {"prompt_tokens", part.tokens_told ? Json(part.prompt_tokens) : Json()},
                             {"new_tokens", part.tokens_told ? Json(part.new_tokens) : Json()},
                             {"failed", part.failed},
                             {"figures", std::move(figures)}});
  }
  return json;
}

}  // namespace fovea::cli
