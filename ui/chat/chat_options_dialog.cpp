#include "ui/chat/chat_options_dialog.h"

#include "ui/controls.h"
#include "ui/tokens.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace fovea::ui {

ChatOptionsDialog::ChatOptionsDialog(const ChatOptions& options, std::vector<Preset> presets,
                                     bool model_reasons, QWidget* parent)
    : QDialog(parent), options_(options), presets_(std::move(presets)) {
  setWindowTitle(tr("This chat"));
  resize(440, 420);
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  all->addLayout(make_presets());
  all->addWidget(new QLabel(tr("System prompt"), this));
  prompt_ = new QPlainTextEdit(this);
  prompt_->setProperty("field", true);
  prompt_->setTabChangesFocus(true);
  prompt_->setAccessibleName(tr("System prompt"));
  prompt_->setToolTip(tr("What the model is told before this chat"));
  prompt_->setPlaceholderText(tr("None"));
  all->addWidget(prompt_, 1);
  auto* form = new QFormLayout;
  form->setSpacing(kSpace2);
  make_sampling(form, model_reasons);
  all->addLayout(form);
  auto* buttons = row(nullptr, 0, kSpace2);
  auto* cancel = push_button(tr("Cancel"), this);
  auto* accept = push_button(tr("Use for this chat"), this, true);
  accept->setDefault(true);
  buttons->addStretch(1);
  buttons->addWidget(cancel);
  buttons->addWidget(accept);
  all->addLayout(buttons);
  show_options(options);
  list_presets({});
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(accept, &QPushButton::clicked, this, [this] {
    options_ = shown_options();
    QDialog::accept();
  });
}

QHBoxLayout* ChatOptionsDialog::make_presets() {
  auto* across = row(nullptr, 0, kSpace2);
  preset_ = new QComboBox(this);
  preset_->setAccessibleName(tr("Preset"));
  preset_->setToolTip(tr("Fills in a system prompt and sampling that were saved before"));
  auto* save = push_button(tr("Save as preset"), this);
  save->setAutoDefault(false);
  save->setToolTip(tr("Keeps what stands below under a name, for other chats"));
  remove_ = push_button(tr("Delete preset"), this);
  remove_->setAutoDefault(false);
  across->addWidget(preset_, 1);
  across->addWidget(save);
  across->addWidget(remove_);
  // Only the user's choice: a list that is filled anew must not overwrite what was typed.
  connect(preset_, &QComboBox::activated, this, [this](int index) {
    if (index > 0) show_options(with_preset(shown_options(), presets_[std::size_t(index) - 1]));
    list_presets(index > 0 ? preset_->itemText(index) : QString());
  });
  connect(save, &QPushButton::clicked, this, &ChatOptionsDialog::save_preset);
  connect(remove_, &QPushButton::clicked, this, &ChatOptionsDialog::remove_preset);
  return across;
}

void ChatOptionsDialog::make_sampling(QFormLayout* form, bool model_reasons) {
  const auto number = [&](const QString& name, const QString& tip, double most) {
    auto* box = new QDoubleSpinBox(this);
    box->setRange(-0.05, most);
    box->setSingleStep(0.05);
    box->setSpecialValueText(tr("As the model says"));
    box->setAccessibleName(name);
    box->setToolTip(tip);
    form->addRow(name, box);
    return box;
  };
  temperature_ = number(tr("Temperature"), tr("0: always the likeliest token"), 2.0);
  top_p_ = number(tr("Top p"), tr("Only the likeliest tokens that together reach this share"), 1.0);
  tokens_ = new QSpinBox(this);
  tokens_->setRange(1, 1'000'000);
  tokens_->setSingleStep(256);
  tokens_->setAccessibleName(tr("Longest answer"));
  tokens_->setToolTip(tr("In tokens"));
  form->addRow(tr("Longest answer"), tokens_);
  thinking_ = new QComboBox(this);
  thinking_->addItems({tr("As the model says"), tr("On"), tr("Off")});
  thinking_->setAccessibleName(tr("Reasoning"));
  set_enabled_or_why(thinking_, model_reasons, tr("Whether the model may reason before it answers"),
                     tr("The loaded model doesn't reason"));
  form->addRow(tr("Reasoning"), thinking_);
}

void ChatOptionsDialog::show_options(const ChatOptions& options) {
  prompt_->setPlainText(options.system_prompt);
  temperature_->setValue(options.temperature.value_or(-1.0));
  top_p_->setValue(options.top_p.value_or(-1.0));
  tokens_->setValue(options.max_new_tokens);
  thinking_->setCurrentIndex(int(options.thinking));
}

ChatOptions ChatOptionsDialog::shown_options() const {
  ChatOptions out = options_;
  out.system_prompt = prompt_->toPlainText().trimmed();
  out.temperature.reset();
  out.top_p.reset();
  if (temperature_->value() >= 0.0) out.temperature = temperature_->value();
  if (top_p_->value() > 0.0) out.top_p = top_p_->value();
  out.max_new_tokens = tokens_->value();
  out.thinking = Thinking(thinking_->currentIndex());
  return out;
}

void ChatOptionsDialog::list_presets(const QString& chosen) {
  preset_->clear();
  preset_->addItem(presets_.empty() ? tr("No presets yet") : tr("Choose a preset"));
  for (const Preset& preset : presets_) preset_->addItem(preset.name);
  preset_->setCurrentIndex(chosen.isEmpty() ? 0 : std::max(0, preset_->findText(chosen)));
  set_enabled_or_why(remove_, preset_->currentIndex() > 0, tr("What it filled in stays below"),
                     tr("Choose the preset before"));
}

void ChatOptionsDialog::save_preset() {
  bool ok = false;
  const QString before = preset_->currentIndex() > 0 ? preset_->currentText() : QString();
  const QString name =
      QInputDialog::getText(this, tr("Save as preset"), tr("Name; a preset of that name is replaced"),
                            QLineEdit::Normal, before, &ok)
          .simplified()
          .left(kLongestPresetName);
  if (!ok || !keep_preset(presets_, {name, shown_options()})) return;
  list_presets(name);
  Q_EMIT presetsChanged(presets_);
}

void ChatOptionsDialog::remove_preset() {
  const int index = preset_->currentIndex();
  if (index < 1) return;
  presets_.erase(presets_.begin() + (index - 1));
  list_presets({});
  Q_EMIT presetsChanged(presets_);
}

}  // namespace fovea::ui
