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
#include <QStandardItemModel>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

namespace fovea::ui {
namespace {

constexpr int kControlWidth = 220;

/// What weights can be held in, in the order of the list.
struct WeightChoice {
  WeightFormat format;
  bool by_row;
};
constexpr WeightChoice kWeightChoices[] = {{WeightFormat::kModel, false},
                                           {WeightFormat::kInt8, false},
                                           {WeightFormat::kInt8, true},
                                           {WeightFormat::kInt4, false},
                                           {WeightFormat::kFloat, false}};

QString weight_words(const WeightChoice& choice) {
  switch (choice.format) {
    case WeightFormat::kModel:
      return SettingsDialog::tr("As the model has them");
    case WeightFormat::kInt8:
      return choice.by_row ? SettingsDialog::tr("int8 by whole rows") : QStringLiteral("int8");
    case WeightFormat::kInt4:
      return QStringLiteral("int4");
    case WeightFormat::kFloat:
      break;
  }
  return SettingsDialog::tr("Not as integers");
}

QComboBox* choice(std::initializer_list<QString> names, int current, QWidget* parent) {
  auto* box = new QComboBox(parent);
  box->addItems(QStringList(names));
  box->setCurrentIndex(current);
  return box;
}

}  // namespace

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
  add(tr("Local server"), tr("Answers other programs with the model of this window (Ctrl+Shift+L)"), server);
  begin_section(tr("History"));
  auto* open = push_button(tr("Open the folder"), this);
  connect(open, &QPushButton::clicked, this,
          [history_folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(history_folder)); });
  add(tr("Where chats are kept"), history_folder, open);
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

void SettingsDialog::add(const QString& name, const QString& description, QWidget* control) {
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
  rows_.push_back({widget, name + u' ' + description, sections_.size() - 1});
}

void SettingsDialog::add_look() {
  begin_section(tr("Look"));
  QComboBox* theme =
      choice({tr("As the system"), tr("Light"), tr("Dark"), tr("High contrast")}, int(settings_.theme), this);
  connect(theme, &QComboBox::activated, this, [this](int index) {
    settings_.theme = ThemeChoice(index);
    tell();
  });
  add(tr("Theme"), {}, theme);
  QComboBox* language = choice({tr("As the system"), QStringLiteral("English"), QStringLiteral("简体中文")},
                               int(settings_.language), this);
  connect(language, &QComboBox::activated, this, [this](int index) {
    settings_.language = Language(index);
    tell();
  });
  add(tr("Language"), {}, language);
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
  add(tr("Text size"), tr("Ctrl + and Ctrl − change it too"), scale);
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
  add(tr("System prompt"), tr("What the model is told before every chat"), prompt);
  auto* temperature = new QDoubleSpinBox(this);
  temperature->setRange(-0.05, 2.0);
  temperature->setSingleStep(0.05);
  temperature->setSpecialValueText(tr("As the model says"));
  temperature->setValue(settings_.temperature);
  connect(temperature, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    settings_.temperature = value < 0.0 ? -1.0 : value;
    tell();
  });
  add(tr("Temperature"), tr("0: always the likeliest token"), temperature);
  auto* tokens = new QSpinBox(this);
  tokens->setRange(1, 100'000);
  tokens->setSingleStep(256);
  tokens->setValue(settings_.max_new_tokens);
  connect(tokens, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.max_new_tokens = value;
    tell();
  });
  add(tr("Longest answer"), tr("In tokens"), tokens);
}

void SettingsDialog::add_models() {
  begin_section(tr("Models"));
  auto* at_start = new QCheckBox(this);
  at_start->setChecked(settings_.load_at_start);
  connect(at_start, &QCheckBox::toggled, this, [this](bool on) {
    settings_.load_at_start = on;
    tell();
  });
  add(tr("Load the last model at the start"), {}, at_start);
  QComboBox* type = choice(
      {tr("As the model says"), QStringLiteral("fp32"), QStringLiteral("bf16"), QStringLiteral("fp16")},
      int(settings_.compute_type), this);
  connect(type, &QComboBox::activated, this, [this](int index) {
    settings_.compute_type = ComputeType(index);
    tell();
  });
  add(tr("Compute in"), tr("From the next loading on"), type);
  add_device();
  add_weights();
  add_kv_cache();
  QComboBox* place = choice({tr("Automatic"), tr("In this process"), tr("In a process of its own")},
                            int(settings_.engine_place), this);
  connect(place, &QComboBox::activated, this, [this](int index) {
    settings_.engine_place = EnginePlace(index);
    tell();
  });
  add(tr("Engine"),
      tr("In a process of its own it may die without taking the window along. Automatic: so where there is a "
         "GPU. From the next loading on"),
      place);
  auto* threads = new QSpinBox(this);
  threads->setRange(0, 1024);
  threads->setSpecialValueText(tr("All cores"));
  threads->setValue(settings_.threads);
  connect(threads, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.threads = value;
    tell();
  });
  add(tr("Threads"), tr("From the next loading on"), threads);
  auto* idle = new QSpinBox(this);
  idle->setRange(0, 1440);
  idle->setSuffix(tr(" min"));
  idle->setSpecialValueText(tr("Never"));
  idle->setValue(settings_.unload_after_minutes);
  connect(idle, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.unload_after_minutes = value;
    tell();
  });
  add(tr("Unload when idle"), tr("Frees the model's memory; the next question loads it again"), idle);
}

void SettingsDialog::add_device() {
  device_ = new DeviceBox(settings_.device, this);
  connect(device_, &QComboBox::activated, this, [this] {
    settings_.device = device_->chosen();
    limit_weights();
    tell();
  });
  add(tr("Compute on"),
      tr("Automatic: a GPU where the model fits into its memory, else the processor. By libtorch it is "
         "slower "
         "there: for comparison with a GPU. From the next loading on"),
      device_);
}

void SettingsDialog::add_weights() {
  QStringList names;
  int now = 0;
  for (std::size_t i = 0; i < std::size(kWeightChoices); ++i) {
    const WeightChoice& one = kWeightChoices[i];
    names.append(weight_words(one));
    if (one.format == settings_.weights && (!one.by_row || settings_.weights_by_row)) now = int(i);
  }
  weights_ = new QComboBox(this);
  weights_->addItems(names);
  weights_->setCurrentIndex(now);
  connect(weights_, &QComboBox::activated, this, [this](int index) {
    const WeightChoice& chosen = kWeightChoices[index];
    settings_.weights = chosen.format;
    settings_.weights_by_row = chosen.by_row;
    tell();
  });
  add(tr("Hold weights in"),
      tr("int8 takes about half the memory of bf16, int4 a quarter; both answer faster and a little "
         "differently, and on the processor alone. int8 by whole rows reads prompts faster on processors "
         "with "
         "AMX and is a little less exact. From the next loading on"),
      weights_);
  limit_weights();
}

void SettingsDialog::add_kv_cache() {
  QComboBox* type =
      choice({tr("As it computes"), QStringLiteral("fp16"), QStringLiteral("bf16"), QStringLiteral("int8")},
             int(settings_.kv_cache_type), this);
  connect(type, &QComboBox::activated, this, [this](int index) {
    settings_.kv_cache_type = KvCacheType(index);
    tell();
  });
  add(tr("Keep keys and values in"),
      tr("What the model remembers of a conversation. int8 takes half the memory of bf16, so that twice the "
         "context fits, and answers differ a little. From the next loading on"),
      type);
}

void SettingsDialog::limit_weights() {
  using Kind = DeviceChoice::Kind;
  const Kind kind = settings_.device.kind;
  const bool integers = kind == Kind::kAuto || kind == Kind::kCpu;
  auto* entries = qobject_cast<QStandardItemModel*>(weights_->model());
  for (std::size_t i = 0; i < std::size(kWeightChoices); ++i) {
    const WeightChoice& one = kWeightChoices[i];
    if (one.format != WeightFormat::kInt8 && one.format != WeightFormat::kInt4) continue;
    const QString name = weight_words(one);
    weights_->setItemText(int(i), integers ? name : tr("%1: on the processor alone").arg(name));
    if (entries != nullptr) entries->item(int(i))->setEnabled(integers);
  }
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
