#pragma once

#include "core/bench/report/run_comparison.h"

#include <QString>
#include <string>

namespace fovea::ui {

/// A figure's name in the user's language: "Time to first token"; the name itself where it has none.
QString figure_words(const std::string& name);
/// The unit as the window writes it: "ms", "requests/s".
QString unit_words(const std::string& unit);
/// "Load", "Batch sweep": what a record or an order of that name measures.
QString run_words(const QString& name);
/// A group's label in the user's language, as far as it is a word of the program's: "4 at once, page".
QString group_words(const std::string& label);
/// What stands in a cell of a run's own tables: a label, or words of core's.
QString cell_words(const std::string& cell);
/// "ttft_ms = first token - submission".
QString formula_words(const bench::RunFigure& figure);
/// A part of a run that goes on, so far as it is: "4 at once, batch 1 of 5", "idle, round 2", "loading int8".
QString part_words(const std::string& part);
/// With a sign, so that it is told without colour: "▲ better".
QString verdict_words(bench::Verdict verdict);
/// A number of a figure as a person reads it: three digits.
QString figure_number(double value);
/// "+3.1 %".
QString change_words(double share);
/// When a run began, in the user's own time; as it is written if it can't be read.
QString begun_words(const std::string& utc);

}  // namespace fovea::ui
