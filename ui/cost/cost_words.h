#pragma once

#include <QString>
#include <string>

namespace fovea::ui {

/// A text of core/cost (the help of an input, a title) in the user's language.
QString cost_words(const std::string& text);
/// Whether the window's translations are asked for that text: a new input has to be added to the list there.
bool knows_cost_words(const std::string& text);
/// "money/h" as "EUR/h".
QString cost_unit(const std::string& unit, const QString& currency);

}  // namespace fovea::ui
