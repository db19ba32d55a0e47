#include "ui/bench/run_tables.h"

#include "core/bench/report/run_bundle.h"
#include "ui/bench/bench_words.h"
#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QDir>
#include <algorithm>
#include <array>
#include <utility>

namespace fovea::ui {
namespace {

constexpr double kMilliseconds = 1000.0;

/// Shown before all others, in this order.
constexpr std::array kFirst = {"prefill_tokens_per_s",
                               "exact_percent",
                               "character_error_percent",
                               "mean_iou",
                               "ttft_ms",
                               "tpot_ms",
                               "e2el_ms",
                               "request_throughput",
                               "output_throughput",
                               "request_goodput",
                               "vision_tokens",
                               "answer_edits_percent",
                               "memory_mb",
                               "cpu_percent",
                               "watts"};

Cell number(double value, const QString& tip = {}) {
  return {figure_number(value), value, tip};
}
Cell count(std::int64_t value) {
  return {count_text(value), double(value), {}};
}
Cell words(const std::string& text) {
  return {QString::fromStdString(text), {}, {}};
}

QString state_words(const bench::RunRecord& head) {
  if (head.complete) return tr("whole");
  return head.stopped ? tr("stopped early") : tr("not whole");
}

QString band_words(const bench::RunFigure& figure) {
  return tr("%1, %2\n95 % band %3 to %4, from %5 values\np90 %6, p99 %7")
      .arg(figure_words(figure.name), core_words(figure.formula), figure_number(figure.band.low),
           figure_number(figure.band.high), count_text(std::int64_t(figure.values.size())),
           figure_number(figure.summary.p90), figure_number(figure.summary.p99));
}

QString with_unit(const QString& name, const std::string& unit) {
  return unit.empty() ? name : QStringLiteral("%1, %2").arg(name, unit_words(unit));
}

}  // namespace

std::vector<KeptRun> kept_runs(const QString& folder) {
  std::vector<KeptRun> runs;
  for (const QString& name : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
    const QString place = folder + u'/' + name;
    Result<bench::RunRecord> head = bench::read_bundle_head(place.toStdString());
    if (!head) continue;
    KeptRun run{place, std::move(*head), 0};
    for (const bench::GroupRecord& group : run.head.groups) run.requests += group.requests;
    runs.push_back(std::move(run));
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const KeptRun& a, const KeptRun& b) { return a.head.begun > b.head.begun; });
  return runs;
}

CellTable kept_runs_table(const std::vector<KeptRun>& runs) {
  CellTable table;
  table.columns = {
      {tr("Run"), {}}, {tr("Begun"), {}}, {tr("Model"), {}}, {tr("Requests"), {}}, {tr("State"), {}}};
  for (const KeptRun& run : runs) {
    const QString tip = QString::fromStdString(run.head.command()) + u'\n' + run.folder;
    table.rows.push_back({{run_words(QString::fromStdString(run.head.name)), {}, tip},
                          {begun_words(run.head.begun), QString::fromStdString(run.head.begun), tip},
                          {QString::fromStdString(run.head.model.name), {}, tip},
                          count(run.requests),
                          {state_words(run.head), {}, tip}});
  }
  return table;
}

std::vector<std::string> figures_in(const bench::RunRecord& record) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const char* name : kFirst) {
    for (const bench::GroupRecord& group : record.groups) {
      if (figure_of(group, name) != nullptr) add(name);
    }
  }
  for (const bench::GroupRecord& group : record.groups) {
    for (const bench::RunFigure& figure : group.figures) {
      if (!figure.values.empty()) add(figure.name);
    }
  }
  return names;
}

const bench::RunFigure* figure_of(const bench::GroupRecord& group, const std::string& name) {
  for (const bench::RunFigure& figure : group.figures) {
    if (figure.name == name && !figure.values.empty()) return &figure;
  }
  return nullptr;
}

CellTable groups_table(const bench::RunRecord& record) {
  CellTable table;
  const std::vector<std::string> names = figures_in(record);
  table.columns = {{tr("Group"), {}}, {tr("Requests"), {}}, {tr("Failed"), {}}};
  for (const std::string& name : names) {
    for (const bench::GroupRecord& group : record.groups) {
      const bench::RunFigure* figure = figure_of(group, name);
      if (figure == nullptr) continue;
      table.columns.push_back({with_unit(figure_words(name), figure->unit), formula_words(*figure)});
      break;
    }
  }
  for (const bench::GroupRecord& group : record.groups) {
    std::vector<Cell> row = {{group_words(group.label), {}, {}}, count(group.requests), count(group.failed)};
    if (!group.outcome.empty())
      row.front().tip = QStringLiteral("%1: %2").arg(group_words(group.label), core_words(group.outcome));
    for (const std::string& name : names) {
      const bench::RunFigure* figure = figure_of(group, name);
      row.push_back(figure == nullptr ? Cell{QStringLiteral("–"), -1.0, {}}
                                      : number(figure->value(), band_words(*figure)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<const bench::RequestRecord*> requests_of(const bench::RunRecord& record,
                                                     const std::string& group) {
  std::vector<const bench::RequestRecord*> out;
  for (const bench::RequestRecord& request : record.requests) {
    if (request.group == group) out.push_back(&request);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto* a, const auto* b) { return a->sent_seconds < b->sent_seconds; });
  return out;
}

CellTable requests_table(const std::vector<const bench::RequestRecord*>& requests) {
  CellTable table;
  table.columns = {{tr("No."), {}},
                   {tr("Round"), {}},
                   {tr("Sent, s"), tr("Seconds since the run began")},
                   {tr("First token, ms"), tr("ttft_ms = first token - submission")},
                   {tr("Per token, ms"), tr("tpot_ms = (last token - first token) / (tokens - 1)")},
                   {tr("Last token, ms"), tr("e2el_ms = last token - submission")},
                   {tr("Tokens in"), {}},
                   {tr("Tokens out"), {}}};
  const auto any = [&](std::string bench::RequestRecord::*text) {
    return std::any_of(requests.begin(), requests.end(),
                       [&](const bench::RequestRecord* request) { return !(request->*text).empty(); });
  };
  const bool answers = any(&bench::RequestRecord::answer);
  const bool wanted = any(&bench::RequestRecord::wanted);
  if (answers) table.columns.push_back({tr("Answer"), {}});
  if (wanted) table.columns.push_back({tr("True answer"), {}});
  table.columns.push_back({tr("Error"), {}});
  for (const bench::RequestRecord* request : requests) {
    const RequestMetrics& metrics = request->metrics;
    std::vector<Cell> row = {count(request->number),
                             count(request->run),
                             {fixed_text(request->sent_seconds, 2), request->sent_seconds, {}},
                             number(kMilliseconds * metrics.ttft()),
                             number(kMilliseconds * metrics.tpot()),
                             number(kMilliseconds * request->e2el()),
                             count(metrics.prompt_tokens),
                             count(metrics.completion_tokens)};
    if (answers) row.push_back(words(request->answer));
    if (wanted) {
      const bool right = request->answer == request->wanted;
      row.push_back(words((right ? "= " : "≠ ") + request->wanted));
    }
    row.push_back({core_words(request->error), {}, {}});
    table.rows.push_back(std::move(row));
  }
  return table;
}

CellTable comparison_table(const bench::RunComparison& comparison) {
  CellTable table;
  // What is looked for stands where a narrow window shows it.
  table.columns = {{tr("Verdict"), tr("Better or worse only where the band leaves out 0")},
                   {tr("Group"), {}},
                   {tr("Figure"), {}},
                   {tr("Statistic"), {}},
                   {tr("Before"), {}},
                   {tr("After"), {}},
                   {tr("Change"), tr("(after - before) / before")},
                   {tr("99 % band"), tr("Of the change, by bootstrap of both runs")}};
  for (const bench::FigureDifference& one : comparison.differences) {
    const QString band = one.too_few
                             ? tr("too few values")
                             : tr("%1 to %2").arg(change_words(one.band.low), change_words(one.band.high));
    const QString statistic = one.statistic == "median" ? tr("median")
                              : one.statistic == "rate" ? tr("rate")
                                                        : QString::fromStdString(one.statistic);
    table.rows.push_back({{verdict_words(one.verdict), {}, {}},
                          words(one.group),
                          {with_unit(figure_words(one.figure), one.unit), {}, {}},
                          {statistic, {}, {}},
                          number(one.before),
                          number(one.after),
                          {change_words(one.change), one.change, {}},
                          {band, {}, {}}});
  }
  return table;
}

}  // namespace fovea::ui
