#include "ui/cost/cost_form.h"

#include "ui/controls.h"
#include "ui/cost/cost_words.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <utility>

namespace fovea::ui {
namespace {

constexpr cost::Basis kBases[] = {cost::Basis::kRented, cost::Basis::kInterruptible, cost::Basis::kBought,
                                  cost::Basis::kOwned};

constexpr int kMeasuredDigits = 4;

/// As it can be typed in again: no grouping, a point, as few digits as name the number.
QString number_text(double value) {
  return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
}

}  // namespace

CostForm::CostForm(QWidget* parent) : QWidget(parent) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(kSpace3, kSpace3, kSpace3, kSpace3);
  grid->setHorizontalSpacing(kSpace2);
  grid->setVerticalSpacing(kSpace1);
  grid->setColumnStretch(0, 3);
  grid->setColumnStretch(1, 2);
  int at = 0;
  const auto add = [&](const QString& name, QWidget* field, QWidget* unit) {
    auto* label = new QLabel(name, this);
    label->setWordWrap(true);
    label->setBuddy(field);
    grid->addWidget(label, at, 0);
    grid->addWidget(field, at, 1);
    if (unit != nullptr) grid->addWidget(unit, at, 2);
    ++at;
  };
  currency_ = new QLineEdit(this);
  currency_->setMaxLength(16);
  currency_->setText(currency_words(QString::fromStdString(cost::CostInputs().currency)));
  currency_->setAccessibleName(tr("Currency"));
  currency_->setToolTip(tr("What money is counted in, such as EUR; nothing is converted"));
  add(tr("Currency"), currency_, nullptr);
  basis_ = new QComboBox(this);
  basis_->addItem(tr("The first with a price"));
  for (const cost::Basis basis : kBases)
    basis_->addItem(cost_words(cost::basis_name(basis)), QString::fromUtf8(cost::basis_name(basis)));
  basis_->setAccessibleName(tr("How the machine is had"));
  basis_->setToolTip(tr("Which way to have the machine the rest counts with"));
  add(tr("How the machine is had"), basis_, nullptr);
  std::string section;
  for (const cost::InputField& input : cost::input_fields()) {
    if (section != input.section) {
      section = input.section;
      auto* title = title_label(cost_words(section), this);
      grid->addWidget(title, at++, 0, 1, 3);
    }
    auto* edit = new QLineEdit(this);
    edit->setAccessibleName(cost_words(input.help));
    edit->setToolTip(tr("%1\nIn formulas: %2").arg(cost_words(input.help), QString::fromUtf8(input.name)));
    QLabel* unit = muted_label({}, this);
    add(cost_words(input.help), edit, unit);
    fields_.push_back({&input, edit, unit});
    connect(edit, &QLineEdit::textEdited, this, &CostForm::changed);
  }
  grid->setRowStretch(at, 1);
  connect(currency_, &QLineEdit::textChanged, this, &CostForm::show_units);
  connect(currency_, &QLineEdit::textEdited, this, &CostForm::changed);
  connect(basis_, &QComboBox::activated, this, &CostForm::changed);
  setFocusProxy(currency_);
  show_units();
  show_placeholders();
}

void CostForm::set(const Prices& prices) {
  currency_->setText(currency_words(QString::fromStdString(prices.inputs.currency)));
  const int basis = prices.basis ? basis_->findData(QString::fromStdString(*prices.basis)) : 0;
  basis_->setCurrentIndex(basis < 0 ? 0 : basis);
  for (const Field& field : fields_) {
    const cost::CostInputs::Number value = prices.inputs.*(field.input->member);
    field.edit->setText(value ? number_text(*value) : QString());
  }
}

void CostForm::set_measured(const cost::CostInputs& measured) {
  measured_ = measured;
  show_placeholders();
}

Result<Prices> CostForm::prices() const {
  Prices prices;
  prices.inputs.currency = named_currency(currency_->text().trimmed()).toStdString();
  if (const QString basis = basis_->currentData().toString(); !basis.isEmpty())
    prices.basis = basis.toStdString();
  for (const Field& field : fields_) {
    const QString text = field.edit->text().trimmed();
    if (text.isEmpty()) continue;
    bool number = false;
    double value = QLocale::c().toDouble(text, &number);
    if (!number) value = QLocale().toDouble(text, &number);
    const std::string name = field.input->name;
    if (!number)
      return Error{ErrorCode::kInvalidArgument,
                   name + " takes a number, not \"" + text.toStdString() + "\".",
                   {},
                   name};
    if (const Result<void> fine = cost::check_value(*field.input, value); !fine) return fine.error();
    prices.inputs.*(field.input->member) = value;
  }
  return prices;
}

void CostForm::show_units() {
  for (const Field& field : fields_) field.unit->setText(cost_unit(field.input->unit, currency_->text()));
}

void CostForm::show_placeholders() {
  for (const Field& field : fields_) {
    const cost::CostInputs::Number measured = measured_.*(field.input->member);
    field.edit->setPlaceholderText(
        measured ? tr("%1, measured").arg(QLocale::c().toString(*measured, 'g', kMeasuredDigits))
        : field.input->standard ? number_text(*field.input->standard)
                                : tr("not set"));
  }
}

}  // namespace fovea::ui
