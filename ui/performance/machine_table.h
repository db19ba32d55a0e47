#pragma once

#include "ui/process_probe.h"
#include "ui/services.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace fovea::ui {

/// A figure of the machine.
struct MachineRow {
  QString name;
  QString value;
  double share = -1.0;  ///< of the whole, 0 … 1; below 0: it is no share
  bool full = false;    ///< about to be full, which a busy processor isn't
};

/// What the machine uses, as rows. What can't be read is not there: `absent` says what, and why.
struct MachineTable {
  std::vector<MachineRow> rows;
  QStringList absent;
  QString alert;  ///< what is about to be full, and what to do; empty usually
};

inline constexpr double kVramAlert = 0.9;  ///< share of a card's memory above which it is said

/// `gpus` without a value: not asked yet.
MachineTable machine_table(const ProcessUse& use, const std::optional<std::vector<GpuReading>>& gpus);

/// The rows for the clipboard: tabs between, a line each.
QString as_text(const std::vector<MachineRow>& rows);

}  // namespace fovea::ui
