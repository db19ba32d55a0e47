#include "core/bench/web/web_comparison.h"

#include "core/bench/bootstrap.h"
#include "core/bench/report/figure_text.h"
#include "core/bench/web/web_labels.h"
#include "core/bench/web/web_reference.h"
#include "core/bench/web/web_stages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kAddsUp = 0.03;  ///< share of the whole that the stages may miss
constexpr double kMuch = 0.2;     ///< share of the difference from which on the engine's part is named

std::string signed_text(double share) {
  const std::string digits = decimal_text(100.0 * std::abs(share), 0);
  return (share < 0.0 && digits != "0" ? "-" : "+") + digits;
}

std::string percent(double share) {
  return signed_text(share) + " %";
}

std::string number_or_dash(double value) {
  return value < 0.0 ? "-" : figure_text(value);
}

/// How much later the page is than REST with Base64. Runs of the same task and round are pairs.
struct Later {
  double share = 0.0;  ///< quotient of the means less 1
  Band band;           ///< 95 %
  double median_share =
      0.0;           ///< median of the pairs' quotients less 1, which a single slow run does not move
  Band median_band;  ///< 95 %
};

std::optional<Later> later(const RunRecord& record, std::string_view task, bool first) {
  const auto seconds = [&](const RequestRecord& request) {
    return first ? request.metrics.ttft() : request.e2el();
  };
  std::map<std::pair<std::string_view, int>, double> rest;
  for (const RequestRecord* request : requests_of(record, kRestBase64))
    rest[{task_of(request->group), request->run}] = seconds(*request);
  std::vector<double> pages;
  std::vector<double> rests;
  std::vector<double> quotients;
  for (const RequestRecord* request : requests_of(record, kPage)) {
    const auto pair = rest.find({task_of(request->group), request->run});
    if (pair == rest.end() || (!task.empty() && task != task_of(request->group))) continue;
    pages.push_back(seconds(*request));
    rests.push_back(pair->second);
    if (pair->second > 0.0) quotients.push_back(pages.back() / pair->second);
  }
  if (pages.empty()) return std::nullopt;
  const Sample sample{pages, rests};
  const Band band = band_of(bootstrap(sample, Statistic::kQuotient, 1), 0.95);
  const Band median_band = band_of(bootstrap({quotients}, Statistic::kMedian, 1), 0.95);
  return Later{statistic_of(sample, Statistic::kQuotient) - 1.0,
               {band.low - 1.0, band.high - 1.0},
               statistic_of({quotients}, Statistic::kMedian) - 1.0,
               {median_band.low - 1.0, median_band.high - 1.0}};
}

std::string share_text(double share, const Band& band) {
  return signed_text(share) + " % (" + signed_text(band.low) + " % to " + signed_text(band.high) + " %)";
}

std::string means_text(const std::optional<Later>& one) {
  return one ? share_text(one->share, one->band) : "-";
}

std::string medians_text(const std::optional<Later>& one) {
  return one ? share_text(one->median_share, one->median_band) : "-";
}

ReportTable times_table(const RunRecord& record) {
  ReportTable table{
      "Times by task and path",
      "Milliseconds from the asking (a call; on the page, the click) to the first and the last "
      "token that could be read (on the page: that was painted).",
      {"task, path", "TTFT mean", "median", "p90", "p99", "last token mean", "median", "p90", "p99"},
      {}};
  for (const GroupRecord& group : record.groups) {
    const RunFigure* ttft = find(group, "ttft_ms");
    const RunFigure* last = find(group, "e2el_ms");
    if (is_at_once(group.label) || ttft == nullptr || last == nullptr) continue;
    std::vector<std::string> row = {group.label};
    for (const RunFigure* figure : {ttft, last}) {
      for (const double value :
           {figure->summary.mean, figure->summary.median, figure->summary.p90, figure->summary.p99})
        row.push_back(figure_text(value));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable later_table(const RunRecord& record) {
  ReportTable table{
      "The page against the API",
      "How much later the page paints than REST with Base64 reads: quotient of the means less 1, and "
      "median of the quotients of a round's two runs less 1, each with its 95 % band; beside them the "
      "reference deployments' figures, which are means.",
      {"task", "first token, means", "medians", "theirs", "last token, means", "medians", "theirs"},
      {}};
  std::vector<std::string_view> tasks;
  for (const GroupRecord& group : record.groups) {
    if (path_of(group.label) == kPage && !is_at_once(group.label)) tasks.push_back(task_of(group.label));
  }
  tasks.emplace_back();  // all of them
  for (const std::string_view task : tasks) {
    const std::optional<Later> first = later(record, task, true);
    const std::optional<Later> last = later(record, task, false);
    if (!first) continue;
    const auto* reference = std::find_if(kWebReference.begin(), kWebReference.end(),
                                         [&](const auto& one) { return one.task == task; });
    const bool known = reference != kWebReference.end();
    const std::string none = task.empty() ? "57 to 61 %" : "-";
    const std::string none_last = task.empty() ? "22 to 30 %" : "-";
    table.rows.push_back(
        {task.empty() ? "all tasks" : std::string(task), means_text(first), medians_text(first),
         known ? percent(reference->web_ttft / reference->api_ttft - 1.0) : none, means_text(last),
         medians_text(last), known ? percent(reference->web_total / reference->api_total - 1.0) : none_last});
  }
  return table;
}

ReportTable stages_table(const RunRecord& record, bool first) {
  ReportTable table{
      first ? "Where the time to the first token goes" : "Where the whole time goes",
      first ? "Milliseconds, means over all tasks. answer_parse: from the engine's first token until "
              "its text is read by whoever asked; paint: from there to the screen."
            : "Milliseconds, means over all tasks, until the asker knows that the answer is over (the "
              "page: until that is painted).",
      {"stage"},
      {}};
  std::vector<PathStages> all;
  for (const std::string_view path : paths_in(record)) {
    if (requests_of(record, path).empty()) continue;
    table.columns.emplace_back(path);
    all.push_back(first ? first_token_stages(record, path) : whole_stages(record, path));
  }
  if (all.empty()) return table;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    if (std::none_of(all.begin(), all.end(), [&](const PathStages& one) { return one.stages[stage] > 0.0; }))
      continue;
    std::vector<std::string> row = {std::string(stage_name(stage))};
    for (const PathStages& one : all)
      row.push_back(one.stages[stage] > 0.0 ? figure_text(one.stages[stage]) : "-");
    table.rows.push_back(std::move(row));
  }
  std::vector<std::string> sum = {"sum of the stages"};
  std::vector<std::string> whole = {first ? "time to the first token" : "whole time"};
  std::vector<std::string> missing = {"missing, %"};
  for (const PathStages& one : all) {
    sum.push_back(figure_text(one.stages.total()));
    whole.push_back(figure_text(one.whole));
    missing.push_back(decimal_text(100.0 * std::abs(one.missing()), 2));
  }
  for (std::vector<std::string>* row : {&sum, &whole, &missing}) table.rows.push_back(std::move(*row));
  return table;
}

ReportTable resources_table(const RunRecord& record) {
  constexpr std::array kFigures = {"cpu_percent",       "memory_mb",           "browser_cpu_percent",
                                   "browser_memory_mb", "machine_cpu_percent", "gpu_percent",
                                   "gpu_memory_mb"};
  constexpr std::array kTitles = {"program CPU %", "program MB", "browser CPU %", "browser MB",
                                  "machine CPU %", "GPU %",      "GPU MB"};
  ReportTable table{
      "Processors and memory",
      "Means while a path was asked. 100 %: one core; of the machine: every core. The program is "
      "engine and server, and what asks over REST; the browser with all its processes stands apart, "
      "shared pages counted once.",
      {"path"},
      {}};
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < kFigures.size(); ++i) {
    for (const std::string_view path : paths_in(record)) {
      if (sampled_mean(record, path, kFigures[i]) < 0.0) continue;
      shown.push_back(i);
      table.columns.emplace_back(kTitles[i]);
      break;
    }
  }
  for (const std::string_view path : paths_in(record)) {
    std::vector<std::string> row = {std::string(path)};
    for (const std::size_t i : shown) row.push_back(number_or_dash(sampled_mean(record, path, kFigures[i])));
    if (!shown.empty()) table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable base64_table(const RunRecord& record) {
  ReportTable table{
      "What Base64 costs",
      "Means over all tasks. The page makes Base64 when a picture is chosen, before the click, so "
      "that it is no part of its times.",
      {"", kRestBinary, kRestBase64, kPage},
      {}};
  const auto row = [&](const char* title, const auto& of) {
    table.rows.push_back(
        {title, number_or_dash(of(kRestBinary)), number_or_dash(of(kRestBase64)), number_or_dash(of(kPage))});
  };
  const auto sampled = [&](const char* figure) {
    return [&record, figure](const char* path) { return sampled_mean(record, path, figure); };
  };
  const auto stage = [&](Stage one) {
    return [&record, one](const char* path) {
      return requests_of(record, path).empty() ? -1.0 : whole_stages(record, path).stages[one];
    };
  };
  if (requests_of(record, kRestBase64).empty() || requests_of(record, kRestBinary).empty()) return table;
  row("body, bytes", sampled("request_bytes"));
  row("making Base64, ms", sampled("base64_ms"));
  row("client_encode, ms", stage(Stage::kClientEncode));
  row("upload, ms", stage(Stage::kUpload));
  row("request_parse, ms", stage(Stage::kRequestParse));
  row("files chosen to pictures shown, ms", sampled("chosen_ms"));
  return table;
}

ReportTable at_once_table(const RunRecord& record) {
  ReportTable table{
      "Several at once",
      "Each asker goes through all tasks and asks again as soon as it has its answer. Milliseconds.",
      {"askers, path", "answers", "failed", "TTFT median", "p99", "last token median", "p99", "answers/s",
       "program CPU %", "browser CPU %", "browser MB"},
      {}};
  for (const GroupRecord& group : record.groups) {
    const RunFigure* ttft = find(group, "ttft_ms");
    const RunFigure* last = find(group, "e2el_ms");
    const RunFigure* rate = find(group, "request_throughput");
    if (!is_at_once(group.label) || ttft == nullptr || last == nullptr || rate == nullptr) continue;
    const auto mean = [&](const char* name) {
      const RunFigure* figure = find(group, name);
      return figure == nullptr ? std::string("-") : figure_text(figure->summary.mean);
    };
    table.rows.push_back({group.label, std::to_string(group.requests - group.failed),
                          std::to_string(group.failed), figure_text(ttft->summary.median),
                          figure_text(ttft->summary.p99), figure_text(last->summary.median),
                          figure_text(last->summary.p99), figure_text(rate->value()), mean("cpu_percent"),
                          mean("browser_cpu_percent"), mean("browser_memory_mb")});
  }
  return table;
}

/// The stages that make most of the difference, "paint 12.1 ms, upload 3.0 ms".
std::string differences(const PathStages& page, const PathStages& rest) {
  std::vector<std::pair<double, Stage>> all;
  for (std::size_t i = 0; i < kStageCount; ++i)
    all.emplace_back(page.stages.seconds[i] - rest.stages.seconds[i], static_cast<Stage>(i));
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
  std::string out;
  constexpr std::size_t kMost = 4;
  for (std::size_t i = 0; i < kMost; ++i) {
    if (all[i].first == 0.0) break;
    out += (out.empty() ? "" : ", ") + std::string(stage_name(all[i].second)) + " " +
           (all[i].first < 0.0 ? "-" : "+") + figure_text(std::abs(all[i].first)) + " ms";
  }
  return out;
}

std::string sum_finding(const RunRecord& record) {
  double worst = 0.0;
  std::string where;
  for (const std::string_view path : paths_in(record)) {
    for (const bool first : {true, false}) {
      const PathStages stages = first ? first_token_stages(record, path) : whole_stages(record, path);
      if (std::abs(stages.missing()) < std::abs(worst)) continue;
      worst = stages.missing();
      where = std::string(path) + (first ? ", to the first token" : ", in all");
    }
  }
  if (where.empty()) return {};
  const std::string most = decimal_text(100.0 * std::abs(worst), 2) + " % (" + where + ").";
  return std::abs(worst) <= kAddsUp
             ? "The stages add up to the whole on every path; the most that is missing is " + most
             : "The stages do not add up to the whole within 3 %: they miss " + most;
}

}  // namespace

std::vector<ReportTable> web_tables(const RunRecord& record) {
  std::vector<ReportTable> out;
  for (ReportTable& table : std::vector<ReportTable>{
           later_table(record), times_table(record), stages_table(record, true), stages_table(record, false),
           base64_table(record), resources_table(record), at_once_table(record)}) {
    if (!table.rows.empty()) out.push_back(std::move(table));
  }
  return out;
}

std::vector<std::string> web_findings(const RunRecord& record) {
  std::vector<std::string> findings;
  for (const auto& [name, value] : record.settings) {
    if (name == kPage) findings.push_back("The page was " + value + ".");
  }
  const std::optional<Later> first = later(record, {}, true);
  const std::optional<Later> last = later(record, {}, false);
  if (first && last) {
    findings.push_back(
        "Over all tasks the page paints its first token " + means_text(first) +
        " later than REST with Base64 reads its own, and the last one " + means_text(last) +
        " later; by medians " + medians_text(first) + " and " + medians_text(last) +
        ". By their own table the reference deployments' page is 57 to 61 % and 22 to 30 % later.");
    const PathStages page = first_token_stages(record, kPage);
    const PathStages rest = first_token_stages(record, kRestBase64);
    findings.push_back("Why: until the first token the page takes " + figure_text(page.whole) +
                       " ms and REST " + figure_text(rest.whole) + " ms; the stages that differ most are " +
                       differences(page, rest) + ".");
    double engine = 0.0;
    for (auto i = static_cast<std::size_t>(Stage::kImageDecode);
         i <= static_cast<std::size_t>(Stage::kFirstToken); ++i)
      engine += page.stages.seconds[i] - rest.stages.seconds[i];
    if (engine > kMuch * std::abs(page.whole - rest.whole)) {
      findings.push_back(
          "Of that " + figure_text(engine) +
          " ms are stages of the engine, which does the same work on both paths: browser and engine share "
          "this machine's processors.");
    }
    findings.push_back(
        "Theirs loses 0.3 s to the page framework's state and 0.2 s to the notebook's proxy: there is "
        "neither "
        "here, the page speaks to the server itself. What they call drawing (0.1 to 0.3 s) is paint: " +
        figure_text(page.stages[Stage::kPaint]) + " ms for the first token.");
  }
  const double binary = sampled_mean(record, kRestBinary, "request_bytes");
  const double base64 = sampled_mean(record, kRestBase64, "request_bytes");
  if (binary > 0.0 && base64 > 0.0) {
    double more = 0.0;
    const StageTimes in_base64 = whole_stages(record, kRestBase64).stages;
    const StageTimes in_binary = whole_stages(record, kRestBinary).stages;
    for (const Stage stage : {Stage::kClientEncode, Stage::kUpload, Stage::kRequestParse})
      more += in_base64[stage] - in_binary[stage];
    findings.push_back("Base64 makes the body " + percent(base64 / binary - 1.0) +
                       " larger; encoding, sending and parsing it together take " + (more < 0.0 ? "-" : "+") +
                       figure_text(std::abs(more)) + " ms beside binary.");
  }
  if (std::string sum = sum_finding(record); !sum.empty()) findings.push_back(std::move(sum));
  return findings;
}

}  // namespace fovea::bench
