// The settings of models: in what, on what and where they compute, and for how long they stay.
#include "ui/settings/device_box.h"
#include "ui/settings/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>
#include <QStandardItemModel>
#include <iterator>

namespace fovea::ui {
namespace {

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

}  // namespace

void SettingsDialog::add_models() {
  begin_section(tr("Models"));
  auto* at_start = new QCheckBox(this);
  at_start->setChecked(settings_.load_at_start);
  connect(at_start, &QCheckBox::toggled, this, [this](bool on) {
    settings_.load_at_start = on;
    tell();
  });
  add(tr("Load the last model at the start"), {}, at_start,
      QT_TR_NOOP("load start startup launch begin automatically"));
  QComboBox* type = choice_box(
      {tr("As the model says"), QStringLiteral("fp32"), QStringLiteral("bf16"), QStringLiteral("fp16")},
      int(settings_.compute_type));
  connect(type, &QComboBox::activated, this, [this](int index) {
    settings_.compute_type = ComputeType(index);
    tell();
  });
  add(tr("Compute in"), tr("From the next loading on"), type,
      QT_TR_NOOP("compute dtype precision data type float half arithmetic"));
  add_device();
  add_weights();
  add_kv_cache();
  QComboBox* place = choice_box({tr("Automatic"), tr("In this process"), tr("In a process of its own")},
                                int(settings_.engine_place));
  connect(place, &QComboBox::activated, this, [this](int index) {
    settings_.engine_place = EnginePlace(index);
    tell();
  });
  add(tr("Engine"),
      tr("In a process of its own it may die without taking the window along. Automatic: so where there is a "
         "GPU. From the next loading on"),
      place, QT_TR_NOOP("engine crash isolate child separate"));
  auto* threads = new QSpinBox(this);
  threads->setRange(0, 1024);
  threads->setSpecialValueText(tr("All cores"));
  threads->setValue(settings_.threads);
  connect(threads, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.threads = value;
    tell();
  });
  add(tr("Threads"), tr("From the next loading on"), threads, QT_TR_NOOP("threads cpu cores processor"));
  auto* idle = new QSpinBox(this);
  idle->setRange(0, 1440);
  idle->setSuffix(tr(" min"));
  idle->setSpecialValueText(tr("Never"));
  idle->setValue(settings_.unload_after_minutes);
  connect(idle, &QSpinBox::valueChanged, this, [this](int value) {
    settings_.unload_after_minutes = value;
    tell();
  });
  add(tr("Unload when idle"), tr("Frees the model's memory; the next question loads it again"), idle,
      QT_TR_NOOP("unload idle minutes timeout keep alive sleep"));
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
      device_, QT_TR_NOOP("compute device gpu cuda cpu graphics card"));
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
      weights_, QT_TR_NOOP("weights quantization quantize bits format"));
  limit_weights();
}

void SettingsDialog::add_kv_cache() {
  QComboBox* type = choice_box(
      {tr("As it computes"), QStringLiteral("fp16"), QStringLiteral("bf16"), QStringLiteral("int8")},
      int(settings_.kv_cache_type));
  connect(type, &QComboBox::activated, this, [this](int index) {
    settings_.kv_cache_type = KvCacheType(index);
    tell();
  });
  add(tr("Keep keys and values in"),
      tr("What the model remembers of a conversation. int8 takes half the memory of bf16, so that twice the "
         "context fits, and answers differ a little. From the next loading on"),
      type, QT_TR_NOOP("keys values kv cache quantization"));
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

}  // namespace fovea::ui
