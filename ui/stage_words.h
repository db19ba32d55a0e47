#pragma once

#include "core/api/metrics.h"
#include "ui/chat_types.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace fovea::ui {

/// "Image decode", in the user's language.
QString stage_text(Stage stage);
/// What is measured there, and how the figure is made: for hovering.
QString stage_formula(Stage stage);

/// A stage of an answer with its share of the whole.
struct StageRow {
  QString name;
  QString formula;
  QRgb color = 0;
  double begin = 0.0;  ///< seconds since the question
  double seconds = 0.0;
  double share = 0.0;  ///< of the sum
};
/// The stages that took time, and what none of them accounts for if it is worth a row.
std::vector<StageRow> stage_rows(const AnswerFigures& figures);

/// The figures as a table for the clipboard: tabs between, a header line.
QString figures_as_table(const AnswerFigures& figures);
/// The figures as JSON for the clipboard, stages by their names in seconds; what is not known is left out.
QString figures_as_json(const AnswerFigures& figures);
/// How the answer came about beside the model's own steps, a sentence each: from the cache, with drafts, or
/// with pictures that were made smaller on their way.
QStringList answer_notes(const AnswerFigures& figures);
/// What was forecast beside what came, a sentence each.
QStringList forecast_notes(const AnswerFigures& figures);
/// `0.42 s · 31 tok/s · 812 tokens`; where pictures were made smaller also `212 kB sent instead of 4.13 MB`
QString foot_text(const AnswerFigures& figures);

}  // namespace fovea::ui
