#include "ui/cost/cost_form.h"

#include "ui/controls.h"
#include "ui/cost/cost_words.h"
#include "ui/fold.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr cost::Basis kBases[] = {cost::Basis::kRented, cost::Basis::kInterruptible, cost::Basis::kBought,
                                  cost::Basis::kOwned};

constexpr int kMeasuredDigits = 4;
constexpr int kOpenSections = 2;  // what a machine costs, and what it does for that
constexpr int kUnitWidth = 56;    // the same in every section
constexpr int kTwoColumns = 620;  // pixels from which there are two

/// As it can be typed in again: no grouping, a point, as few digits as name the number.
QString number_text(double value) {
  return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
}

}  // namespace

CostForm::CostForm(QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, kSpace3, kSpace1);
  currency_ = new QLineEdit(this);
  currency_->setMaxLength(16);
  currency_->setText(currency_words(QString::fromStdString(cost::CostInputs().currency)));
  currency_->setAccessibleName(tr("Currency"));
  currency_->setToolTip(tr("What money is counted in, such as EUR; nothing is converted"));
  basis_ = new QComboBox(this);
  basis_->addItem(tr("The first with a price"));
  for (const cost::Basis basis : kBases)
    basis_->addItem(cost_words(cost::basis_name(basis)), QString::fromUtf8(cost::basis_name(basis)));
  basis_->setAccessibleName(tr("How the machine is had"));
  basis_->setToolTip(tr("Which way to have the machine the rest counts with"));
  auto* head = row(nullptr, 0, kSpace2);
  for (const auto& [name, field] : {std::pair<QString, QWidget*>(tr("Currency"), currency_),
                                    std::pair<QString, QWidget*>(tr("How the machine is had"), basis_)}) {
    auto* label = new QLabel(name, this);
    label->setBuddy(field);
    head->addWidget(label);
    head->addWidget(field, 1);
  }
  all->addLayout(head);
  for (const cost::InputField& input : cost::input_fields()) add_field(input, section_of(input.section));
  all->addStretch(1);
  for (int i = 0; i < std::min(kOpenSections, int(sections_.size())); ++i)
    sections_[std::size_t(i)]->set_open(true);
  arrange(1);
  connect(currency_, &QLineEdit::textChanged, this, &CostForm::show_units);
  connect(currency_, &QLineEdit::textEdited, this, &CostForm::changed);
  connect(basis_, &QComboBox::activated, this, &CostForm::changed);
  setFocusProxy(currency_);
  show_units();
  show_placeholders();
}

Fold* CostForm::section_of(const char* name) {
  const QString title = cost_words(name);
  for (Fold* section : sections_) {
    if (section->accessibleName() == title) return section;
  }
  auto* section = new Fold(title, this);
  section->setAccessibleName(title);
  auto* grid = new QGridLayout(section->body());
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kSpace2);
  grid->setVerticalSpacing(kSpace1 / 2);
  layout()->addWidget(section);
  sections_.push_back(section);
  return section;
}

void CostForm::add_field(const cost::InputField& input, Fold* section) {
  const QString name = cost_words(input.help);
  auto* label = new QLabel(name, section->body());
  label->setWordWrap(true);
  auto* edit = new QLineEdit(section->body());
  edit->setAccessibleName(name);
  edit->setToolTip(tr("%1\nIn formulas: %2").arg(name, QString::fromUtf8(input.name)));
  label->setBuddy(edit);
  QLabel* unit = muted_label({}, section->body());
  unit->setWordWrap(false);
  fields_.push_back({&input, label, edit, unit, section});
  connect(edit, &QLineEdit::textEdited, this, &CostForm::changed);
}

void CostForm::arrange(int columns) {
  if (columns == columns_) return;
  columns_ = columns;
  constexpr int kParts = 4;  // name, field, unit and the space behind them
  for (Fold* section : sections_) {
    auto* grid = static_cast<QGridLayout*>(section->body()->layout());
    while (grid->count() > 0) delete grid->takeAt(0);
    for (int i = 0; i < 2; ++i) {
      const bool used = i < columns;
      grid->setColumnStretch(kParts * i, used ? 2 : 0);
      grid->setColumnStretch(kParts * i + 1, used ? 1 : 0);
      grid->setColumnMinimumWidth(kParts * i + 2, used ? scaled(kUnitWidth) : 0);
      grid->setColumnMinimumWidth(kParts * i + 3, i + 1 < columns ? kSpace2 : 0);
    }
    int at = 0;
    for (const Field& field : fields_) {
      if (field.section != section) continue;
      const int part = kParts * (at % columns);
      grid->addWidget(field.name, at / columns, part);
      grid->addWidget(field.edit, at / columns, part + 1);
      grid->addWidget(field.unit, at / columns, part + 2);
      ++at;
    }
  }
}

void CostForm::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange(width() >= scaled(kTwoColumns) ? 2 : 1);
}

void CostForm::set(const Prices& prices) {
  currency_->setText(currency_words(QString::fromStdString(prices.inputs.currency)));
  const int basis = prices.basis ? basis_->findData(QString::fromStdString(*prices.basis)) : 0;
  basis_->setCurrentIndex(basis < 0 ? 0 : basis);
  for (const Field& field : fields_) {
    const cost::CostInputs::Number value = prices.inputs.*(field.input->member);
    field.edit->setText(value ? number_text(*value) : QString());
    if (value) field.section->set_open(true);
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
