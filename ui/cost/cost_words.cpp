#include "ui/cost/cost_words.h"

#include "core/cost/inputs.h"
#include "ui/words.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>

namespace fovea::ui {
namespace {

/// The texts of core/cost, which knows no languages, for whoever translates the window.
constexpr const char* kTexts[] = {
    QT_TRANSLATE_NOOP("fovea::ui", "Measured, or meant"),
    QT_TRANSLATE_NOOP("fovea::ui", "The machine"),
    QT_TRANSLATE_NOOP("fovea::ui", "How it is used"),
    QT_TRANSLATE_NOOP("fovea::ui", "A serverless offer"),
    QT_TRANSLATE_NOOP("fovea::ui", "How many machines"),
    QT_TRANSLATE_NOOP("fovea::ui", "Capacity plan"),
    QT_TRANSLATE_NOOP("fovea::ui", "Tokens of a question, its pictures included"),
    QT_TRANSLATE_NOOP("fovea::ui", "Tokens of an answer"),
    QT_TRANSLATE_NOOP("fovea::ui", "Answer tokens over an answer's whole time, one answer at a time"),
    QT_TRANSLATE_NOOP("fovea::ui", "Answer tokens a second of all answers at once"),
    QT_TRANSLATE_NOOP("fovea::ui", "How many answers at once those were"),
    QT_TRANSLATE_NOOP("fovea::ui", "Part of an answer's time before its first token"),
    QT_TRANSLATE_NOOP("fovea::ui", "Answers that a page takes"),
    QT_TRANSLATE_NOOP("fovea::ui", "Rent on demand"),
    QT_TRANSLATE_NOOP("fovea::ui", "Rent of the same as an interruptible machine"),
    QT_TRANSLATE_NOOP("fovea::ui", "Part of an interruptible machine's hours lost to interruptions"),
    QT_TRANSLATE_NOOP("fovea::ui", "Price of a bought machine"),
    QT_TRANSLATE_NOOP("fovea::ui", "Years that it serves"),
    QT_TRANSLATE_NOOP("fovea::ui", "What it fetches then"),
    QT_TRANSLATE_NOOP("fovea::ui", "Disk, paid whether the machine is on or off"),
    QT_TRANSLATE_NOOP("fovea::ui", "Network, paid while it is on"),
    QT_TRANSLATE_NOOP("fovea::ui", "Price of a kilowatt hour; 0 where the rent includes it"),
    QT_TRANSLATE_NOOP("fovea::ui", "Power with the model loaded and no question"),
    QT_TRANSLATE_NOOP("fovea::ui", "Power while it answers"),
    QT_TRANSLATE_NOOP("fovea::ui", "Power while it is stopped or unloaded"),
    QT_TRANSLATE_NOOP("fovea::ui", "Questions on a day that it is on"),
    QT_TRANSLATE_NOOP("fovea::ui", "Hour of the day at which it starts"),
    QT_TRANSLATE_NOOP("fovea::ui", "Hour at which it stops; below the start: on the next day"),
    QT_TRANSLATE_NOOP("fovea::ui", "Days of a month on which it is on (else month-days)"),
    QT_TRANSLATE_NOOP("fovea::ui", "Days of a month"),
    QT_TRANSLATE_NOOP("fovea::ui", "Minutes without a question after which it is stopped"),
    QT_TRANSLATE_NOOP("fovea::ui", "Seconds from stopped to the first question"),
    QT_TRANSLATE_NOOP("fovea::ui", "Price of a second"),
    QT_TRANSLATE_NOOP("fovea::ui", "Seconds that it is kept warm after a question, and paid"),
    QT_TRANSLATE_NOOP("fovea::ui", "Questions a second (Poisson arrivals)"),
    QT_TRANSLATE_NOOP("fovea::ui", "What 99 of 100 answers may take, waiting included"),
    QT_TRANSLATE_NOOP("fovea::ui", "Deviation of an answer's length over its mean, beside what was measured"),
    QT_TRANSLATE_NOOP("fovea::ui", "Simulated questions"),
    QT_TRANSLATE_NOOP("fovea::ui", "Seed of the simulation"),
    QT_TRANSLATE_NOOP("fovea::ui", "People"),
    QT_TRANSLATE_NOOP("fovea::ui", "Questions of one of them a day"),
    QT_TRANSLATE_NOOP("fovea::ui", "The busiest second over the day's mean"),
    QT_TRANSLATE_NOOP("fovea::ui", "Machines beyond those needed, for failures and updates"),
    QT_TRANSLATE_NOOP("fovea::ui", "Places, each for its part of the people"),
    QT_TRANSLATE_NOOP("fovea::ui", "Upload of a question"),
    QT_TRANSLATE_NOOP("fovea::ui", "An answer, while the machine does nothing else"),
    QT_TRANSLATE_NOOP("fovea::ui", "A service on paper"),
    QT_TRANSLATE_NOOP("fovea::ui", "Formats side by side"),
    QT_TRANSLATE_NOOP("fovea::ui", "This machine against APIs"),
    QT_TRANSLATE_NOOP("fovea::ui", "Serverless against this machine kept on"),
    QT_TRANSLATE_NOOP("fovea::ui", "An hour of the machine, rented"),
    QT_TRANSLATE_NOOP("fovea::ui", "An hour of the machine, interruptible"),
    QT_TRANSLATE_NOOP("fovea::ui", "An hour of the machine, bought"),
    QT_TRANSLATE_NOOP("fovea::ui", "An hour of the machine, owned"),
    QT_TRANSLATE_NOOP("fovea::ui", "A month of the machine, rented"),
    QT_TRANSLATE_NOOP("fovea::ui", "A month of the machine, interruptible"),
    QT_TRANSLATE_NOOP("fovea::ui", "A month of the machine, bought"),
    QT_TRANSLATE_NOOP("fovea::ui", "A month of the machine, owned"),
    QT_TRANSLATE_NOOP("fovea::ui", "Ways to have the machine"),
    QT_TRANSLATE_NOOP("fovea::ui", "rented"),
    QT_TRANSLATE_NOOP("fovea::ui", "interruptible"),
    QT_TRANSLATE_NOOP("fovea::ui", "bought"),
    QT_TRANSLATE_NOOP("fovea::ui", "owned")};

/// What money is counted in where nobody named a currency.
QString no_currency() {
  return QString::fromStdString(cost::CostInputs().currency);
}

}  // namespace

QString cost_words(const std::string& text) {
  return tr(text.c_str());
}

QString cost_unit(const std::string& unit, const QString& currency) {
  const QHash<QString, QString> words = {
      {QStringLiteral("money"), currency},          {QStringLiteral("tokens"), tr("tokens")},
      {QStringLiteral("answers"), tr("answers")},   {QStringLiteral("requests"), tr("requests")},
      {QStringLiteral("day"), tr("day")},           {QStringLiteral("days"), tr("days")},
      {QStringLiteral("month"), tr("month")},       {QStringLiteral("hours"), tr("hours")},
      {QStringLiteral("machines"), tr("machines")}, {QStringLiteral("years"), tr("years")},
      {QStringLiteral("share"), tr("share")},       {QStringLiteral("users"), tr("users")},
      {QStringLiteral("regions"), tr("regions")},   {QStringLiteral("times"), tr("times")}};
  QStringList parts = QString::fromStdString(unit).split(u'/');
  for (QString& part : parts) part = words.value(part, part);
  return parts.join(u'/');
}

QString currency_words(const QString& currency) {
  return currency == no_currency() ? tr("units") : currency;
}

QString named_currency(const QString& words) {
  return words == tr("units") ? no_currency() : words;
}

bool knows_cost_words(const std::string& text) {
  for (const char* known : kTexts) {
    if (text == known) return true;
  }
  return false;
}

}  // namespace fovea::ui
