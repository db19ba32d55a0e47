#include "ui/monitor/rule_editor.h"

#include "ui/controls.h"
#include "ui/gauge_words.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr double kTimes[] = {0.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0};

bool same(const watch::Rule& a, const watch::Rule& b) {
  return a.gauge == b.gauge && a.limit == b.limit && a.seconds == b.seconds;
}

void fill_limit(QDoubleSpinBox* field, const watch::Rule& rule) {
  const LimitUnit unit = limit_unit(rule.gauge);
  field->setDecimals(unit.digits);
  field->setRange(0.0, unit.highest);
  field->setSuffix(unit.unit.isEmpty() ? QString() : QStringLiteral(" ") + unit.unit);
  field->setValue(rule.limit / unit.factor);
}

}  // namespace

RuleEditor::RuleEditor(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Rules"));
  QVBoxLayout* all = column(this, 0, kSpace1);
  auto* tools = row(nullptr, 0, kSpace2);
  QPushButton* add_button = push_button(tr("Add a rule"), this);
  undo_ = flat_button(tr("Bring the rule back"), this);
  undo_->hide();
  tools->addWidget(add_button);
  tools->addWidget(undo_);
  tools->addStretch(1);
  all->addLayout(tools);
  connect(add_button, &QPushButton::clicked, this, &RuleEditor::add);
  connect(undo_, &QPushButton::clicked, this, &RuleEditor::bring_back);
}

void RuleEditor::set(std::vector<KeptRule> rules) {
  rules_ = std::move(rules);
  build();
}

void RuleEditor::set_standing(const std::vector<watch::Rule>& standing) {
  for (std::size_t i = 0; i < marks_.size() && i < rules_.size(); ++i) {
    const bool holds =
        rules_[i].on && std::any_of(standing.begin(), standing.end(),
                                    [&](const watch::Rule& one) { return same(one, rules_[i].rule); });
    marks_[i]->setText(holds ? QStringLiteral("⚠") : QString());
    marks_[i]->setToolTip(holds ? tr("It holds now") : QString());
    marks_[i]->setAccessibleName(holds ? tr("It holds now") : QString());
  }
}

bool RuleEditor::eventFilter(QObject* watched, QEvent* event) {
  auto* field = qobject_cast<QWidget*>(watched);
  if (event->type() != QEvent::Wheel || field == nullptr || field->hasFocus())
    return QWidget::eventFilter(watched, event);
  event->ignore();
  return true;
}

void RuleEditor::build() {
  // A row's own control may be what asks for new rows.
  if (rows_ != nullptr) {
    rows_->hide();
    rows_->deleteLater();
  }
  marks_.clear();
  rows_ = new QWidget(this);
  auto* grid = new QGridLayout(rows_);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kSpace1);
  grid->setVerticalSpacing(kSpace1);
  grid->setColumnStretch(1, 1);
  for (int i = 0; i < int(rules_.size()); ++i) build_row(grid, i);
  static_cast<QVBoxLayout*>(layout())->insertWidget(0, rows_);
  rows_->show();
}

void RuleEditor::build_row(QGridLayout* grid, int at) {
  const auto index = std::size_t(at);
  const KeptRule& kept = rules_[index];
  const QString number = QString::number(at + 1);
  auto* on = new QCheckBox(rows_);
  on->setChecked(kept.on);
  on->setAccessibleName(tr("Rule %1 is on").arg(number));
  on->setToolTip(tr("Whether the rule is applied"));
  auto* gauge = new QComboBox(rows_);
  gauge->setAccessibleName(tr("Rule %1 looks at").arg(number));
  gauge->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  gauge->setMinimumContentsLength(10);
  for (std::size_t i = 0; i < watch::kGauges; ++i) {
    gauge->addItem(gauge_words(watch::Gauge(i)));
    gauge->setItemData(int(i), gauge_tip(watch::Gauge(i)), Qt::ToolTipRole);
  }
  gauge->setCurrentIndex(int(kept.rule.gauge));
  gauge->setToolTip(gauge_tip(kept.rule.gauge));
  auto* limit = new QDoubleSpinBox(rows_);
  limit->setKeyboardTracking(false);
  limit->setPrefix(QStringLiteral("> "));
  limit->setAccessibleName(tr("Limit of rule %1").arg(number));
  limit->setToolTip(tr("The rule holds above it"));
  fill_limit(limit, kept.rule);
  auto* time = new QComboBox(rows_);
  time->setAccessibleName(tr("How long for rule %1").arg(number));
  time->setToolTip(tr("It has to be above the limit for so long"));
  std::vector<double> times(std::begin(kTimes), std::end(kTimes));
  if (std::find(times.begin(), times.end(), kept.rule.seconds) == times.end()) {
    times.push_back(kept.rule.seconds);
    std::sort(times.begin(), times.end());
  }
  for (const double seconds : times) time->addItem(for_words(seconds), seconds);
  time->setCurrentIndex(int(std::find(times.begin(), times.end(), kept.rule.seconds) - times.begin()));
  QToolButton* gone = tool_button(QStringLiteral("trash"), tr("Delete rule %1").arg(number), rows_);
  auto* mark = new QLabel(rows_);
  mark->setMinimumWidth(mark->fontMetrics().horizontalAdvance(QStringLiteral("⚠")));
  set_style_flag(mark, "bad", true);
  marks_.push_back(mark);
  int column = 0;
  for (QWidget* part : std::initializer_list<QWidget*>{on, gauge, limit, time, mark, gone})
    grid->addWidget(part, at, column++);
  for (QWidget* field : std::initializer_list<QWidget*>{gauge, limit, time}) {
    field->setFocusPolicy(Qt::StrongFocus);
    field->installEventFilter(this);
  }

  connect(on, &QCheckBox::toggled, this, [this, index](bool applied) {
    rules_[index].on = applied;
    Q_EMIT edited();
  });
  connect(gauge, &QComboBox::activated, this, [this, index, gauge, limit](int chosen) {
    watch::Rule& rule = rules_[index].rule;
    if (int(rule.gauge) == chosen) return;
    // The number stays, in the unit that is shown now.
    const double typed = limit->value();
    rule.gauge = watch::Gauge(chosen);
    const LimitUnit unit = limit_unit(rule.gauge);
    rule.limit = std::min(typed, unit.highest) * unit.factor;
    gauge->setToolTip(gauge_tip(rule.gauge));
    const QSignalBlocker quiet(limit);
    fill_limit(limit, rule);
    Q_EMIT edited();
  });
  connect(limit, &QDoubleSpinBox::valueChanged, this, [this, index](double value) {
    rules_[index].rule.limit = value * limit_unit(rules_[index].rule.gauge).factor;
    Q_EMIT edited();
  });
  connect(time, &QComboBox::activated, this, [this, index, time] {
    rules_[index].rule.seconds = time->currentData().toDouble();
    Q_EMIT edited();
  });
  connect(gone, &QToolButton::clicked, this, [this, at] { remove(at); });
}

void RuleEditor::add() {
  rules_.push_back({{watch::Gauge::kMemory, 90.0, 60.0}, true});
  build();
  Q_EMIT edited();
}

void RuleEditor::remove(int at) {
  removed_ = {at, rules_[std::size_t(at)]};
  rules_.erase(rules_.begin() + at);
  undo_->setToolTip(rule_words(removed_->second.rule));
  undo_->show();
  undo_->setFocus(Qt::OtherFocusReason);
  build();
  Q_EMIT edited();
}

void RuleEditor::bring_back() {
  if (!removed_) return;
  rules_.insert(rules_.begin() + std::min(removed_->first, int(rules_.size())), removed_->second);
  removed_.reset();
  undo_->hide();
  build();
  Q_EMIT edited();
}

}  // namespace fovea::ui
