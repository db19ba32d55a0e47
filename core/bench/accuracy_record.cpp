#include "core/bench/accuracy_record.h"

#include "core/bench/report/figure_text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kPercent = 100.0;

RunFigure quotient(std::string name, std::string unit, std::string formula, Better better, double value,
                   double divisor) {
  RunFigure figure;
  figure.name = std::move(name);
  figure.unit = std::move(unit);
  figure.formula = std::move(formula);
  figure.better = better;
  figure.values = {value};
  figure.divisors = {divisor};
  figure.block = 1;
  return figure;
}

std::string percent(double share) {
  return figure_text(kPercent * share) + " %";
}

ReportTable table_of(std::string title, std::string first, const std::vector<AccuracyRow>& rows) {
  ReportTable table;
  table.title = std::move(title);
  table.columns = {std::move(first), "Cases", "Exact", "Character error"};
  const bool boxes =
      std::any_of(rows.begin(), rows.end(), [](const AccuracyRow& row) { return row.boxed > 0; });
  if (boxes) table.columns.emplace_back("Mean IoU");
  for (const AccuracyRow& row : rows) {
    table.rows.push_back({row.label, std::to_string(row.cases), percent(row.exact_share()),
                          row.boxed < row.cases ? percent(row.character_error()) : ""});
    if (boxes) table.rows.back().push_back(row.boxed > 0 ? figure_text(row.mean_iou()) : "");
  }
  return table;
}

}  // namespace

void add_graded(RunRecorder& recorder, const GradedCase& graded, const CollectedAnswer& answer, double sent) {
  RequestRecord request = record_of(answer);
  request.group = graded.kind;
  request.sent_seconds = sent + answer.submitted;
  request.ended_seconds = request.sent_seconds + std::max(answer.metrics.total_seconds, request.e2el());
  request.answer = graded.given;
  request.wanted = graded.wanted;
  recorder.add(std::move(request));
  std::vector<RunFigure> figures = {quotient("exact_percent", "%", "answers that are the true ones / cases",
                                             Better::kHigher, graded.exact ? kPercent : 0.0, 1.0)};
  if (graded.characters > 0) {
    figures.push_back(quotient("character_error_percent", "%",
                               "characters to change / characters of the true answers", Better::kLower,
                               kPercent * static_cast<double>(graded.edits),
                               static_cast<double>(graded.characters)));
  }
  if (graded.iou) {
    figures.push_back(
        quotient("mean_iou", "",
                 "common area of a true box and its given one / area of either, or 0; mean over "
                 "true boxes, then cases",
                 Better::kHigher, *graded.iou, 1.0));
  }
  recorder.add_sampled(graded.kind, figures);
}

void conclude_accuracy(RunRecord& record, const std::vector<GradedCase>& graded) {
  if (graded.empty()) return;
  const AccuracyRow all = in_all(graded);
  const std::string share = figure_text(kPercent * all.exact_share());
  if (all.boxed < all.cases) {
    record.findings = {std::to_string(all.exact) + " of " + std::to_string(all.cases) +
                       " answers are exact (" + share + " %); " +
                       figure_text(kPercent * all.character_error()) +
                       " % of the characters of the true answers would have to be changed."};
  } else {
    record.findings = {std::to_string(all.exact) + " of " + std::to_string(all.cases) +
                       " answers are exact (" + share + " %)."};
  }
  if (all.boxed > 0) {
    record.findings.push_back("Cases with boxes: " + std::to_string(all.boxed) + "; their mean IoU is " +
                              figure_text(all.mean_iou()) +
                              ". One is exact if it has as many boxes as the true answer and each true one "
                              "has one of its own with an IoU of at least 0.5.");
  }
  std::vector<AccuracyRow> kinds = by_kind(graded);
  if (kinds.size() > 1) kinds.push_back(all);
  record.tables = {table_of("By kind", "Kind", kinds)};
  if (all.boxed < all.cases)
    record.tables.push_back(table_of("By length of the true answer", "Characters", by_length(graded)));
}

}  // namespace fovea::bench
