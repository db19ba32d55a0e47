#pragma once

#include "ui/services.h"
#include "ui/task_thread.h"

#include <QObject>
#include <functional>
#include <optional>
#include <vector>

namespace fovea::ui {

/// Reads the graphics cards on a thread of its own: their driver takes milliseconds. GUI thread.
class GpuWatch : public QObject {
  Q_OBJECT

 public:
  explicit GpuWatch(std::function<std::vector<GpuReading>()> read, QObject* parent = nullptr);

  /// Asks for a reading, unless one is being made, or the first found no card.
  void look();
  /// What was read last; nothing before the first reading.
  const std::optional<std::vector<GpuReading>>& last() const { return last_; }

 Q_SIGNALS:
  void looked(const std::vector<fovea::ui::GpuReading>& gpus);

 private:
  std::function<std::vector<GpuReading>()> read_;
  bool busy_ = false;
  bool none_ = false;
  std::optional<std::vector<GpuReading>> last_;
  TaskThread thread_;  // goes first
};

}  // namespace fovea::ui
