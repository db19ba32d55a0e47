#include "ui/monitor/monitor_tables.h"

#include "ui/gauge_words.h"
#include "ui/words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace fovea::ui {

std::vector<watch::Gauge> known_gauges(const MonitorPicture& picture) {
  std::vector<watch::Gauge> out;
  for (std::size_t i = 0; i < watch::kGauges; ++i) {
    if (!picture.series[i].empty()) out.push_back(watch::Gauge(i));
  }
  return out;
}

CellTable series_table(const MonitorPicture& picture) {
  CellTable table;
  table.columns = {{tr("Time"), {}}};
  const std::vector<watch::Gauge> gauges = known_gauges(picture);
  for (const watch::Gauge gauge : gauges) table.columns.push_back({gauge_words(gauge), gauge_tip(gauge)});
  // A gauge that was known in a part of a slice only has another middle: rows are slices, by their number.
  const double width = slice_width(picture.from, picture.to);
  std::map<std::int64_t, std::vector<const Slice*>> rows;
  for (std::size_t i = 0; i < gauges.size(); ++i) {
    for (const Slice& slice : picture.series[std::size_t(gauges[i])]) {
      auto& row = rows[std::int64_t(std::floor(slice.time / width))];
      row.resize(gauges.size());
      row[i] = &slice;
    }
  }
  for (auto at = rows.rbegin(); at != rows.rend(); ++at) {
    const auto first =
        std::find_if(at->second.begin(), at->second.end(), [](const Slice* one) { return one; });
    std::vector<Cell> row = {{moment_words((*first)->time), (*first)->time, {}}};
    for (std::size_t i = 0; i < gauges.size(); ++i) {
      const Slice* slice = at->second[i];
      if (slice == nullptr) {
        row.push_back({QStringLiteral("–"), {}, {}});
        continue;
      }
      row.push_back(
          {gauge_text(gauges[i], slice->mean), slice->mean,
           tr("%1 to %2").arg(gauge_text(gauges[i], slice->low), gauge_text(gauges[i], slice->high))});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

CellTable alerts_table(const std::vector<watch::Alert>& alerts) {
  CellTable table;
  table.columns = {{tr("When"), {}}, {tr("What"), {}}, {tr("Rule"), {}}};
  for (auto at = alerts.rbegin(); at != alerts.rend(); ++at) {
    const QString sign = at->ended ? QStringLiteral("✓ ") : QStringLiteral("⚠ ");
    table.rows.push_back({{moment_words(at->time), at->time, {}},
                          {sign + alert_words(*at), {}, {}},
                          {rule_words(at->rule), {}, {}}});
  }
  return table;
}

}  // namespace fovea::ui
