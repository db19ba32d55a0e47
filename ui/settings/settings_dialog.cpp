#include "ui/settings/settings_dialog.h"

#include "ui/controls.h"
#include "ui/settings/device_box.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr int kControlWidth = 220;

}  // namespace

QComboBox* SettingsDialog::choice_box(std::initializer_list<QString> names, int current) {
  auto* box = new QComboBox(this);
  box->addItems(QStringList(names));
  box->setCurrentIndex(current);
  return box;
}

SettingsDialog::SettingsDialog(const Settings& settings, const QString& history_folder, QWidget* parent)
    : QDialog(parent), settings_(settings) {
  setWindowTitle(tr("Settings"));
  resize(620, 560);
  QVBoxLayout* all = column(this, kSpace4, kSpace3);
  auto* search = new QLineEdit(this);
  search->setPlaceholderText(tr("Search the settings"));
  search->setAccessibleName(search->placeholderText());
  search->setToolTip(search->placeholderText());
  search->setClearButtonEnabled(true);
  all->addWidget(search);
  auto* area = new QScrollArea(this);
  area->setWidgetResizable(true);
  area->setAccessibleName(windowTitle());
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* page = new QWidget;
  list_ = column(page, 0, kSpace3);
  list_->setContentsMargins(0, 0, kSpace3, 0);
  area->setWidget(page);
  all->addWidget(area, 1);
  add_look();
  add_chats();
  add_models();
  begin_section(tr("Other programs"));
  auto* server = push_button(tr("Open"), this);
  connect(server, &QPushButton::clicked, this, [this] {
    accept();
    Q_EMIT serverWanted();
  });
  add(tr("Local server"), tr("Answers other programs with the model of this window (Ctrl+Shift+L)"), server,
      QT_TR_NOOP("server api http port key network openai"));
  begin_section(tr("History"));
  auto* open = push_button(tr("Open the folder"), this);
  connect(open, &QPushButton::clicked, this,
          [history_folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(history_folder)); });
  add(tr("Where chats are kept"), history_folder, open,
      QT_TR_NOOP("history folder directory location path data storage database pictures"));
  nothing_ = muted_label(tr("No setting is called so."), page);
  nothing_->hide();
  list_->addWidget(nothing_);
  list_->addStretch(1);
  auto* close = push_button(tr("Close"), this, true);
  all->addWidget(close, 0, Qt::AlignRight);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  connect(search, &QLineEdit::textChanged, this, &SettingsDialog::filter);
}

void SettingsDialog::tell() {
  Q_EMIT changed(settings_);
}

void SettingsDialog::begin_section(const QString& title) {
  QLabel* label = title_label(title, this);
  list_->addWidget(label);
  sections_.push_back(label);
}

void SettingsDialog::add(const QString& name, const QString& description, QWidget* control,
                         const char* also) {
  auto* widget = new QWidget(this);
  auto* layout = row(widget, 0, kSpace4);
  auto* words = new QVBoxLayout;
  words->setSpacing(0);
  words->addStretch(1);
  words->addWidget(new QLabel(name, widget));
  if (!description.isEmpty()) words->addWidget(muted_label(description, widget));
  words->addStretch(1);
  layout->addLayout(words, 1);
  if (qobject_cast<QCheckBox*>(control) == nullptr) control->setFixedWidth(kControlWidth);
  control->setAccessibleName(name);
  control->setToolTip(description.isEmpty() ? name : description);
  layout->addWidget(control, 0, Qt::AlignRight | Qt::AlignVCenter);
  list_->addWidget(widget);
  QStringList found_by = {sections_.back()->text(), name, description, tr(also), QLatin1String(also)};
  if (const auto* box = qobject_cast<QComboBox*>(control)) {
    for (int i = 0; i < box->count(); ++i) found_by.append(box->itemText(i));
  }
  rows_.push_back({widget, found_by.join(u' '), sections_.size() - 1});
}

void SettingsDialog::add_look() {
  begin_section(tr("Look"));
  QComboBox* theme =
      choice_box({tr("As the system"), tr("Light"), tr("Dark"), tr("High contrast")}, int(settings_.theme));
  connect(theme, &QComboBox::activated, this, [this](int index) {
    settings_.theme = ThemeChoice(index);
    tell();
  });
  add(tr("Theme"), {}, theme, QT_TR_NOOP("theme appearance colour color night mode"));
  QComboBox* language = choice_box(
      {tr("As the system"), QStringLiteral("English"), QStringLiteral("简体中文")}, int(settings_.language));
  connect(language, &QComboBox::activated, this, [this](int index) {
    settings_.language = Language(index);
    tell();
  });
  add(tr("Language"), {}, language, QT_TR_NOOP("language chinese translation locale"));
  auto* scale = new QSpinBox(this);
  scale->setRange(80, 160);
  scale->setSingleStep(10);
  scale->setSuffix(QStringLiteral(" %"));
  scale->setValue(qRound(100 * settings_.text_scale));
  connect(scale, &QSpinBox::editingFinished, this, [this, scale] {
    if (qRound(100 * settings_.text_scale) == scale->value()) return;
    settings_.text_scale = scale->value() / 100.0;
    tell();
  });
  add(tr("Text size"), tr("Ctrl + and Ctrl − change it too"), scale,
      QT_TR_NOOP("text size font zoom scale bigger larger smaller"));
}

void SettingsDialog::add_chats() {
  begin_section(tr("New chats"));
  auto* prompt = new QPlainTextEdit(settings_.system_prompt, this);
  prompt->setProperty("field", true);
  prompt->setFixedHeight(72);
  prompt->setTabChangesFocus(true);
  connect(prompt, &QPlainTextEdit::textChanged, this, [this, prompt] {
    settings_.system_prompt = prompt->toPlainText();
    tell();
  });
  add(tr("System prompt"), tr("What the model is told before every chat"), prompt,
      QT_TR_NOOP("system prompt instructions role persona"));
  auto* temperature = new QDoubleSpinBox(this);
  temperature->setRange(-0.05, 2.0);
  temperature->setSingleStep(0.05);
  temperature->setSpecialValueText(tr("As the model says"));
  temperature->setValue(settings_.temperature);
  connect(temperature, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    settings_.temperature = value < 0.0 ? -1.0 : value;
    tell();
  });
  add(tr("Temperature"), tr("0: always the likeliest token"), temperature,
      QT_TR_NOOP("temperature sampling random greedy creative"));
  auto* tokens = new QSpinBox(this);
  tokens->setRange(1, 100'000);
  tokens->setSingleStep(256);
  tokens->setValue(settings_.max_new_tokens);
  connect(tokens, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.max_new_tokens = value;
    tell();
  });
  add(tr("Longest answer"), tr("In tokens"), tokens,
      QT_TR_NOOP("longest answer length limit maximum max_tokens output"));
}

void SettingsDialog::set_gpus(const QStringList& names) {
  device_->set_gpus(names);
}

void SettingsDialog::filter(const QString& query) {
  const QStringList words = query.split(u' ', Qt::SkipEmptyParts);
  std::vector<bool> used(sections_.size(), false);
  bool any = false;
  for (const Row& row : rows_) {
    const bool fits = std::all_of(words.begin(), words.end(), [&](const QString& w) {
      return row.words.contains(w, Qt::CaseInsensitive);
    });
    row.widget->setVisible(fits);
    used[row.section] = used[row.section] || fits;
    any = any || fits;
  }
  for (std::size_t i = 0; i < sections_.size(); ++i) sections_[i]->setVisible(used[i]);
  nothing_->setVisible(!any);
}

}  // namespace fovea::ui
