#pragma once

#include <QString>
#include <string>

namespace fovea::ui {

/// A text of core/cost (the help of an input, a title) in the user's language.
QString cost_words(const std::string& text);
/// Whether the window's translations are asked for that text: a new input has to be added to the list there.
bool knows_cost_words(const std::string& text);
/// "money/h" as "EUR/h", other units in the user's language.
QString cost_unit(const std::string& unit, const QString& currency);
/// A currency as the window shows it, and back: only the one that stands where none was named has a
/// translation.
QString currency_words(const QString& currency);
QString named_currency(const QString& words);

}  // namespace fovea::ui
