#include "ui/settings/device_box.h"

#include <QStandardItemModel>

namespace fovea::ui {

DeviceBox::DeviceBox(const DeviceChoice& chosen, QWidget* parent) : QComboBox(parent) {
  addItem(QString(), QString::fromStdString(device_name(chosen)));
  fill({});
}

DeviceChoice DeviceBox::chosen() const {
  return parse_device(currentData().toString().toStdString()).value_or(DeviceChoice{});
}

void DeviceBox::set_gpus(const QStringList& names) {
  fill(names);
}

void DeviceBox::fill(const std::optional<QStringList>& gpus) {
  using Kind = DeviceChoice::Kind;
  const DeviceChoice before = chosen();
  clear();
  add({Kind::kAuto}, tr("Automatic"));
  add({Kind::kCpu}, tr("Processor"));
  add({Kind::kCpuOperators}, tr("Processor, by libtorch"));
  const int count = gpus ? int(gpus->size()) : 0;
  for (int i = 0; i < count; ++i) add({Kind::kCuda, i}, QStringLiteral("GPU %1 · %2").arg(i).arg((*gpus)[i]));
  if (!gpus) {
    add_absent(tr("GPU: not looked for yet"), tr("The graphics cards are being looked for"));
  } else if (count == 0) {
    add_absent(tr("GPU: none is here"), tr("No NVIDIA driver answers on this machine"));
  }
  if (before.kind == Kind::kCuda && before.index >= count)
    add(before, gpus ? tr("GPU %1: not here").arg(before.index) : QStringLiteral("GPU %1").arg(before.index));
  setCurrentIndex(findData(QString::fromStdString(device_name(before))));
}

void DeviceBox::add(const DeviceChoice& device, const QString& name) {
  addItem(name, QString::fromStdString(device_name(device)));
  setItemData(count() - 1, name, Qt::ToolTipRole);
}

void DeviceBox::add_absent(const QString& name, const QString& why) {
  addItem(name);
  setItemData(count() - 1, why, Qt::ToolTipRole);
  setItemData(count() - 1, why, Qt::AccessibleDescriptionRole);
  if (auto* entries = qobject_cast<QStandardItemModel*>(model()))
    entries->item(count() - 1)->setEnabled(false);
}

}  // namespace fovea::ui
