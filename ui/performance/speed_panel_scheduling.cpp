// The choice of how questions share the engine.
#include "core/api/request_check.h"
#include "ui/controls.h"
#include "ui/performance/speed_panel.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {

QWidget* SpeedPanel::make_scheduling() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  all->addWidget(new QLabel(tr("Several questions at once"), box));
  mode_ = new QComboBox(box);
  mode_->addItem(tr("Low latency"), int(SchedulingMode::kLowLatency));
  mode_->addItem(tr("High throughput"), int(SchedulingMode::kHighThroughput));
  mode_->addItem(tr("Custom"), int(SchedulingMode::kCustom));
  mode_->setAccessibleName(tr("How questions share the engine"));
  all->addWidget(mode_);
  mode_text_ = muted_label({}, box);
  all->addWidget(mode_text_);
  custom_ = new QWidget(box);
  auto* grid = new QGridLayout(custom_);
  grid->setContentsMargins(0, 0, 0, 0);
  batch_ = new QSpinBox(custom_);
  batch_->setRange(1, kMaxBatch);
  wait_ = new QDoubleSpinBox(custom_);
  wait_->setRange(0.0, kMaxBatchWaitSeconds);
  wait_->setSingleStep(0.01);
  wait_->setSuffix(QStringLiteral(" s"));
  step_tokens_ = new QSpinBox(custom_);
  step_tokens_->setRange(int(kMinStepTokens), int(kMaxStepTokens));
  const std::pair<QString, QWidget*> fields[] = {{tr("Questions together, at most"), batch_},
                                                 {tr("Wait for company"), wait_},
                                                 {tr("Tokens a step, at most"), step_tokens_}};
  int at = 0;
  for (const auto& [name, field] : fields) {
    field->setAccessibleName(name);
    field->setToolTip(name);
    grid->addWidget(muted_label(name, custom_), at, 0);
    grid->addWidget(field, at++, 1);
  }
  all->addWidget(custom_);
  custom_->hide();
  connect(mode_, &QComboBox::activated, this, &SpeedPanel::send_scheduling);
  for (QSpinBox* field : {batch_, step_tokens_})
    connect(field, &QSpinBox::editingFinished, this, &SpeedPanel::send_scheduling);
  connect(wait_, &QDoubleSpinBox::editingFinished, this, &SpeedPanel::send_scheduling);
  return box;
}

void SpeedPanel::set_scheduling(const SchedulingOptions& options) {
  const QSignalBlocker quiet(mode_);
  mode_->setCurrentIndex(mode_->findData(int(options.mode)));
  const SchedulingOptions numbers =
      options.mode == SchedulingMode::kCustom ? options : scheduling_preset(options.mode);
  batch_->setValue(numbers.max_batch);
  wait_->setValue(numbers.max_wait_seconds);
  step_tokens_->setValue(int(numbers.step_tokens));
  if (!server_.isEmpty()) return;  // it has none that is known here
  custom_->setVisible(options.mode == SchedulingMode::kCustom);
  switch (options.mode) {
    case SchedulingMode::kLowLatency:
      mode_text_->setText(tr("Each answer comes as soon as it can. Many at once take longer in all."));
      break;
    case SchedulingMode::kHighThroughput:
      mode_text_->setText(
          tr("Most tokens an hour. A single answer waits for the others and takes more memory."));
      break;
    case SchedulingMode::kCustom:
      mode_text_->setText(tr("As the numbers below say. None of them changes a greedy answer."));
      break;
  }
}

void SpeedPanel::set_scheduling_problem(const QString& problem) {
  mode_text_->setText(problem);
}

void SpeedPanel::send_scheduling() {
  SchedulingOptions options;
  options.mode = SchedulingMode(mode_->currentData().toInt());
  options.max_batch = batch_->value();
  options.max_wait_seconds = wait_->value();
  options.step_tokens = step_tokens_->value();
  Q_EMIT schedulingWanted(options);
}

}  // namespace fovea::ui
