#pragma once

#include "core/cost/cost_report.h"
#include "ui/cell_table.h"
#include "ui/chat_types.h"

#include <vector>

namespace fovea::ui {

/// A row a result: its name in formulas, value, unit, formula, the section it belongs to.
CellTable results_table(const cost::CostReport& report);
/// What is assumed and what cannot be said, a line a note, each after its section's title.
QString notes_of(const cost::CostReport& report);

/// An answer's cost: the hour's price under load for its time, and the electricity in that.
struct AnswerPrice {
  double whole = 0.0;
  double energy = 0.0;
};
/// `seconds` from submission to end.
AnswerPrice answer_price(const cost::HourlyCost& hour, double seconds);

/// A row an answer of the conversation whose time is known, and their sum at the end.
CellTable answers_table(const std::vector<ChatMessage>& messages, const cost::HourlyCost& hour,
                        const QString& currency);

}  // namespace fovea::ui
