#pragma once

#include "ui/cell_table.h"
#include "ui/monitor_watch.h"

#include <vector>

namespace fovea::ui {

/// The gauges of which something is known in the range, in their order.
std::vector<watch::Gauge> known_gauges(const MonitorPicture& picture);
/// A row a slice of time, the newest first, and a column a known gauge: its mean, and what it was between in
/// the tip.
CellTable series_table(const MonitorPicture& picture);
/// A row an alert, the newest first.
CellTable alerts_table(const std::vector<watch::Alert>& alerts);

}  // namespace fovea::ui
