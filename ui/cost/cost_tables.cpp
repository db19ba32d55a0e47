#include "ui/cost/cost_tables.h"

#include "ui/core_words.h"
#include "ui/cost/cost_words.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QLocale>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace fovea::ui {
namespace {

constexpr double kSecondsAnHour = 3600.0;
constexpr int kDigits = 6;  // of a sum of money or a time: what is below is noise of the inputs
constexpr qsizetype kShownOfQuestion = 60;  // characters

QString amount(double value) {
  return std::isfinite(value) ? QLocale().toString(value, 'g', kDigits) : QStringLiteral("–");
}

Cell money(double value) {
  return {amount(value), value, {}};
}

/// Nothing: a server elsewhere did not tell.
Cell count(const std::optional<std::int64_t>& tokens) {
  if (tokens) return {count_text(*tokens), double(*tokens), {}};
  return {tr("unknown"), -1.0, tr("The server that answered does not tell its tokens.")};
}

}  // namespace

CellTable results_table(const cost::CostReport& report) {
  const QString currency = currency_words(QString::fromStdString(report.inputs.currency));
  CellTable table;
  table.columns = {{tr("Result"), tr("As formulas call it")},
                   {tr("Value"), {}},
                   {tr("Unit"), {}},
                   {tr("Formula"), tr("In the names of inputs and of other results")},
                   {tr("Part"), {}}};
  for (const cost::Section& section : report.sections) {
    for (const cost::Line& line : section.lines) {
      table.rows.push_back({{QString::fromStdString(line.name), {}, {}},
                            money(line.value),
                            {cost_unit(line.unit, currency), {}, {}},
                            {core_words(line.formula), {}, {}},
                            {cost_words(section.title), {}, {}}});
    }
  }
  return table;
}

QString notes_of(const cost::CostReport& report) {
  QStringList lines;
  for (const cost::Section& section : report.sections) {
    for (const std::string& note : section.notes)
      lines.append(QStringLiteral("%1: %2").arg(cost_words(section.title), core_words(note)));
  }
  return lines.join(u'\n');
}

AnswerPrice answer_price(const cost::HourlyCost& hour, double seconds) {
  return {hour.load() / kSecondsAnHour * seconds,
          (hour.power_idle + hour.power_above_idle) / kSecondsAnHour * seconds};
}

CellTable answers_table(const std::vector<ChatMessage>& messages, const cost::HourlyCost& hour,
                        const QString& currency) {
  CellTable table;
  table.columns = {{tr("Question"), {}},
                   {tr("Time"), tr("From submission to end")},
                   {tr("Tokens out"), {}},
                   {tr("Electricity, %1").arg(currency), tr("Time × (watts-load / 1000 × electricity)")},
                   {tr("Cost, %1").arg(currency), tr("Time × the hour's price under load, load_per_hour")}};
  QString question;
  double seconds = 0.0;
  std::optional<std::int64_t> tokens = 0;
  for (const ChatMessage& message : messages) {
    if (message.role == Role::kUser) question = message.text.simplified();
    if (message.role == Role::kUser || !message.figures || !(message.figures->total > 0.0)) continue;
    const AnswerPrice price = answer_price(hour, message.figures->total);
    std::optional<std::int64_t> told;
    if (!message.figures->untold.tokens) told = message.figures->completion_tokens;
    table.rows.push_back({{question.left(kShownOfQuestion), {}, question},
                          {seconds_text(message.figures->total), message.figures->total, {}},
                          count(told),
                          money(price.energy),
                          money(price.whole)});
    seconds += message.figures->total;
    tokens = tokens && told ? std::optional(*tokens + *told) : std::nullopt;
  }
  if (table.rows.size() > 1) {
    const AnswerPrice sum = answer_price(hour, seconds);
    table.rows.push_back({{tr("All of them"), {}, {}},
                          {seconds_text(seconds), seconds, {}},
                          count(tokens),
                          money(sum.energy),
                          money(sum.whole)});
  }
  return table;
}

}  // namespace fovea::ui
