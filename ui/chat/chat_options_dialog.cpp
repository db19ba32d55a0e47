#include "ui/chat/chat_options_dialog.h"

#include "ui/controls.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace fovea::ui {

ChatOptionsDialog::ChatOptionsDialog(const ChatOptions& options, bool model_reasons, QWidget* parent)
    : QDialog(parent), options_(options) {
  setWindowTitle(tr("This chat"));
  resize(440, 380);
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  all->addWidget(new QLabel(tr("System prompt"), this));
  auto* prompt = new QPlainTextEdit(options.system_prompt, this);
  prompt->setProperty("field", true);
  prompt->setTabChangesFocus(true);
  prompt->setAccessibleName(tr("System prompt"));
  prompt->setToolTip(tr("What the model is told before this chat"));
  prompt->setPlaceholderText(tr("None"));
  all->addWidget(prompt, 1);
  auto* form = new QFormLayout;
  form->setSpacing(kSpace2);
  const auto number = [&](double value, const QString& name, const QString& tip, double most) {
    auto* box = new QDoubleSpinBox(this);
    box->setRange(-0.05, most);
    box->setSingleStep(0.05);
    box->setSpecialValueText(tr("As the model says"));
    box->setValue(value);
    box->setAccessibleName(name);
    box->setToolTip(tip);
    form->addRow(name, box);
    return box;
  };
  auto* temperature =
      number(options.temperature.value_or(-1.0), tr("Temperature"), tr("0: always the likeliest token"), 2.0);
  auto* top_p = number(options.top_p.value_or(-1.0), tr("Top p"),
                       tr("Only the likeliest tokens that together reach this share"), 1.0);
  auto* tokens = new QSpinBox(this);
  tokens->setRange(1, 1'000'000);
  tokens->setSingleStep(256);
  tokens->setValue(options.max_new_tokens);
  tokens->setAccessibleName(tr("Longest answer"));
  tokens->setToolTip(tr("In tokens"));
  form->addRow(tr("Longest answer"), tokens);
  auto* thinking = new QComboBox(this);
  thinking->addItems({tr("As the model says"), tr("On"), tr("Off")});
  thinking->setCurrentIndex(int(options.thinking));
  thinking->setAccessibleName(tr("Reasoning"));
  set_enabled_or_why(thinking, model_reasons, tr("Whether the model may reason before it answers"),
                     tr("The loaded model doesn't reason"));
  form->addRow(tr("Reasoning"), thinking);
  all->addLayout(form);
  auto* buttons = row(nullptr, 0, kSpace2);
  auto* cancel = push_button(tr("Cancel"), this);
  auto* accept = push_button(tr("Use for this chat"), this, true);
  accept->setDefault(true);
  buttons->addStretch(1);
  buttons->addWidget(cancel);
  buttons->addWidget(accept);
  all->addLayout(buttons);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(accept, &QPushButton::clicked, this, [=, this] {
    options_.system_prompt = prompt->toPlainText().trimmed();
    options_.temperature.reset();
    options_.top_p.reset();
    if (temperature->value() >= 0.0) options_.temperature = temperature->value();
    if (top_p->value() > 0.0) options_.top_p = top_p->value();
    options_.max_new_tokens = tokens->value();
    options_.thinking = Thinking(thinking->currentIndex());
    QDialog::accept();
  });
}

}  // namespace fovea::ui
