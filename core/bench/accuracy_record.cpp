#include "core/bench/accuracy_record.h"

#include "core/bench/report/figure_text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kPercent = 100.0;

RunFigure quotient(std::string name, std::string formula, Better better, double value, double divisor) {
  RunFigure figure;
  figure.name = std::move(name);
  figure.unit = "%";
  figure.formula = std::move(formula);
  figure.better = better;
  figure.values = {kPercent * value};
  figure.divisors = {divisor};
  figure.block = 1;
  return figure;
}

std::vector<std::string> cells_of(const AccuracyRow& row) {
  return {row.label, std::to_string(row.cases), figure_text(kPercent * row.exact_share()) + " %",
          figure_text(kPercent * row.character_error()) + " %"};
}

ReportTable table_of(std::string title, std::string first, const std::vector<AccuracyRow>& rows) {
  ReportTable table;
  table.title = std::move(title);
  table.columns = {std::move(first), "Cases", "Exact", "Character error"};
  for (const AccuracyRow& row : rows) table.rows.push_back(cells_of(row));
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
  std::vector<RunFigure> figures = {quotient("exact_percent", "answers that are the true ones / cases",
                                             Better::kHigher, graded.exact ? 1.0 : 0.0, 1.0)};
  if (graded.characters > 0) {
    figures.push_back(quotient("character_error_percent",
                               "characters to change / characters of the true answers", Better::kLower,
                               static_cast<double>(graded.edits), static_cast<double>(graded.characters)));
  }
  recorder.add_sampled(graded.kind, figures);
}

void conclude_accuracy(RunRecord& record, const std::vector<GradedCase>& graded) {
  if (graded.empty()) return;
  const AccuracyRow all = in_all(graded);
  record.findings = {std::to_string(all.exact) + " of " + std::to_string(all.cases) + " answers are exact (" +
                     figure_text(kPercent * all.exact_share()) + " %); " +
                     figure_text(kPercent * all.character_error()) +
                     " % of the characters of the true answers would have to be changed."};
  std::vector<AccuracyRow> kinds = by_kind(graded);
  if (kinds.size() > 1) kinds.push_back(all);
  record.tables = {table_of("By kind", "Kind", kinds),
                   table_of("By length of the true answer", "Characters", by_length(graded))};
}

}  // namespace fovea::bench
