#pragma once

#include "core/api/device_choice.h"

#include <QComboBox>
#include <QStringList>
#include <optional>

namespace fovea::ui {

/// Where a model computes, as one of the settings: automatic, the processor in two ways, each GPU. Where
/// there is no GPU, an entry that can't be chosen says so. What was chosen stays chosen, whatever is found.
class DeviceBox : public QComboBox {
  Q_OBJECT

 public:
  explicit DeviceBox(const DeviceChoice& chosen, QWidget* parent = nullptr);

  /// Names of the GPUs by their numbers; empty: there are none.
  void set_gpus(const QStringList& names);
  DeviceChoice chosen() const;

 private:
  void fill(const std::optional<QStringList>& gpus);
  void add(const DeviceChoice& device, const QString& name);
  /// An entry that can't be chosen.
  void add_absent(const QString& name, const QString& why);
};

}  // namespace fovea::ui
