#include "ui/performance/machine_table.h"

#include "ui/quantities.h"
#include "ui/words.h"

#include <algorithm>

namespace fovea::ui {
namespace {

QString percent(double share) {
  return QStringLiteral("%1 %").arg(qRound(100.0 * share));
}

QString part_of(std::uint64_t part, std::uint64_t whole) {
  return tr("%1 of %2").arg(bytes_text(part), bytes_text(whole));
}

QString watts_text(double watts) {
  return QStringLiteral("%1 W").arg(qRound(watts));
}

void add_processor(MachineTable& out, const ProcessUse& use) {
  out.rows.push_back({tr("Processor"), tr("%1 of %2 cores").arg(percent(use.cpu)).arg(use.cores), use.cpu});
  if (use.watts) {
    out.rows.push_back({tr("Processor's power"), watts_text(*use.watts)});
  } else {
    out.absent.append(tr("Processor's power: this system doesn't let programs read it."));
  }
}

void add_memory(MachineTable& out, const ProcessUse& use) {
  out.rows.push_back({tr("Memory, this program"), bytes_text(use.resident)});
  if (use.memory_total == 0) return;
  out.rows.push_back({tr("Memory, in all"), part_of(use.memory_used, use.memory_total),
                      double(use.memory_used) / double(use.memory_total)});
}

/// `name` tells cards apart where there are several.
void add_card(MachineTable& out, const GpuReading& gpu, const QString& name) {
  const auto named = [&name](const QString& what) {
    return name.isEmpty() ? what : QStringLiteral("%1 · %2").arg(name, what);
  };
  if (gpu.load) {
    out.rows.push_back({named(tr("Graphics card")), percent(*gpu.load), *gpu.load});
  } else {
    out.absent.append(named(tr("Load of the graphics card: its driver doesn't tell.")));
  }
  if (gpu.memory_total > 0) {
    if (gpu.memory_ours) {
      const std::uint64_t ours = std::min(*gpu.memory_ours, gpu.memory_used);
      out.rows.push_back({named(tr("VRAM, this program")), bytes_text(ours)});
      out.rows.push_back({named(tr("VRAM, other programs")), bytes_text(gpu.memory_used - ours)});
    } else {
      out.absent.append(named(tr("Whose VRAM it is: the driver doesn't tell, as in a container.")));
    }
    const double share = double(gpu.memory_used) / double(gpu.memory_total);
    out.rows.push_back(
        {named(tr("VRAM, in all")), part_of(gpu.memory_used, gpu.memory_total), share, share > kVramAlert});
    if (share > kVramAlert) {
      out.alert =
          tr("The memory of %1 is %2 full. Close other programs that use it, or load a smaller model.")
              .arg(QString::fromStdString(gpu.name), percent(share));
    }
  } else {
    out.absent.append(named(tr("VRAM: the driver doesn't tell.")));
  }
  if (gpu.watts) {
    out.rows.push_back({named(tr("Graphics card's power")), watts_text(*gpu.watts)});
  } else {
    out.absent.append(named(tr("Graphics card's power: its driver doesn't tell.")));
  }
}

}  // namespace

MachineTable machine_table(const ProcessUse& use, const std::optional<std::vector<GpuReading>>& gpus) {
  MachineTable out;
  add_processor(out, use);
  add_memory(out, use);
  if (!gpus) return out;
  if (gpus->empty()) out.absent.append(tr("Graphics card: no NVIDIA driver answers on this machine."));
  for (std::size_t i = 0; i < gpus->size(); ++i)
    add_card(out, (*gpus)[i], gpus->size() > 1 ? QStringLiteral("GPU %1").arg(i) : QString());
  return out;
}

QString as_text(const std::vector<MachineRow>& rows) {
  QString out;
  for (const MachineRow& row : rows) out += QStringLiteral("%1\t%2\n").arg(row.name, row.value);
  return out;
}

}  // namespace fovea::ui
