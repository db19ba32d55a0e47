// What the monitor's page shows of what is recorded: its state, curves or their table, what fired.
#include "ui/cell_table.h"
#include "ui/core_words.h"
#include "ui/gauge_words.h"
#include "ui/monitor/gauge_chart.h"
#include "ui/monitor/monitor_panel.h"
#include "ui/monitor/monitor_tables.h"
#include "ui/monitor/rule_editor.h"
#include "ui/quantities.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kTwoColumns = 560;  // pixels, of the curves alone

bool same(const watch::Alert& a, const watch::Alert& b) {
  return a.time == b.time && a.ended == b.ended && a.rule.gauge == b.rule.gauge &&
         a.rule.limit == b.rule.limit && a.rule.seconds == b.rule.seconds;
}

/// A table that is set anew keeps the row that is looked at, by its first cell, where it is on the screen.
void set_in_place(CellTableModel* model, QTableView* view, CellTable table) {
  const int scrolled = view->verticalScrollBar()->value();
  const QModelIndex before = view->currentIndex();
  const QVariant key = before.siblingAtColumn(0).data(CellTableModel::kSortRole);
  const bool first = model->columnCount() != int(table.columns.size());
  model->set(std::move(table));
  if (first) fit_columns(*view);
  int moved = 0;
  const QAbstractItemModel& rows = *view->model();
  for (int row = 0; key.isValid() && row < rows.rowCount(); ++row) {
    if (rows.index(row, 0).data(CellTableModel::kSortRole) != key) continue;
    view->setCurrentIndex(rows.index(row, before.column()));
    moved = row - before.row();
    break;
  }
  view->verticalScrollBar()->setValue(scrolled + moved);
}

}  // namespace

void MonitorPanel::show_picture() {
  const MonitorPicture& picture = *monitor_.picture();
  show_state(picture);
  show_charts(picture);
  show_alerts(picture);
}

void MonitorPanel::show_state(const MonitorPicture& picture) {
  QStringList words;
  switch (picture.recording) {
    case Recording::kOff:
      words.append(tr("Nothing is recorded now"));
      break;
    case Recording::kHere:
      words.append(tr("Recording every %1 s").arg(fixed_text(monitor_.look_seconds(), 0)));
      break;
    case Recording::kElsewhere:
      words.append(tr("Another process records; the rules are applied here as well"));
      break;
    case Recording::kFailed:
      words.append(tr("⚠ Not kept: %1").arg(core_words(picture.fault)));
      break;
  }
  if (picture.records > 0)
    words.append(tr("%1 records since %2")
                     .arg(count_text(std::int64_t(picture.records)), moment_words(picture.first)));
  if (picture.records > 0)
    words.append(picture.standing.empty() ? tr("no rule holds")
                                          : tr("⚠ rules that hold: %1").arg(picture.standing.size()));
  state_->setText(words.join(QStringLiteral(" · ")));
  editor_->set_standing(picture.standing);
}

void MonitorPanel::show_charts(const MonitorPicture& picture) {
  if (pages_->currentIndex() == 1) return set_in_place(table_model_, table_, series_table(picture));
  const std::vector<watch::Gauge> known = known_gauges(picture);
  QStringList absent;
  for (GaugeChart* chart : charts_) {
    const watch::Gauge gauge = chart->gauge();
    if (std::find(known.begin(), known.end(), gauge) == known.end()) {
      absent.append(gauge_words(gauge));
      continue;
    }
    std::vector<double> limits;
    for (const watch::Rule& rule : monitor_.settings().applied()) {
      if (rule.gauge == gauge) limits.push_back(rule.limit);
    }
    std::vector<double> began;
    for (const watch::Alert& alert : picture.alerts) {
      if (alert.rule.gauge == gauge && !alert.ended) began.push_back(alert.time);
    }
    const bool standing = std::any_of(picture.standing.begin(), picture.standing.end(),
                                      [&](const watch::Rule& rule) { return rule.gauge == gauge; });
    chart->set(picture.series[std::size_t(gauge)], picture.from, picture.to);
    chart->set_rules(std::move(limits), standing, std::move(began));
  }
  if (arranged_ != known) {
    arranged_ = known;
    columns_ = 0;
    arrange();
  }
  empty_->setText(monitor_.settings().record
                      ? tr("Nothing is recorded in this range yet.")
                      : tr("Nothing is recorded in this range. Tick Record to begin."));
  empty_->setVisible(known.empty());
  absent_->setText(
      tr("Not known in this range: %1. Requests, tokens and p99 come from servers that run on this "
         "machine, the graphics card's figures from NVIDIA's driver.")
          .arg(QLocale().createSeparatedList(absent)));
  absent_->setVisible(!absent.isEmpty() && !known.empty());
}

void MonitorPanel::arrange() {
  const int columns = pages_->width() < kTwoColumns ? 1 : 2;
  if (columns == columns_) return;
  columns_ = columns;
  for (GaugeChart* chart : charts_) {
    grid_->removeWidget(chart);
    chart->setVisible(std::find(arranged_.begin(), arranged_.end(), chart->gauge()) != arranged_.end());
  }
  int at = 0;
  for (const watch::Gauge gauge : arranged_) {
    grid_->addWidget(charts_[std::size_t(gauge)], at / columns, at % columns);
    ++at;
  }
}

void MonitorPanel::show_alerts(const MonitorPicture& picture) {
  const bool as_before = std::equal(shown_alerts_.begin(), shown_alerts_.end(), picture.alerts.begin(),
                                    picture.alerts.end(), same);
  no_alerts_->setVisible(picture.alerts.empty());
  alerts_->setVisible(!picture.alerts.empty());
  if (as_before) return;
  shown_alerts_ = picture.alerts;
  set_in_place(alert_model_, alerts_, alerts_table(picture.alerts));
  fit_columns(*alerts_);
}

void MonitorPanel::set_cursor(const std::optional<double>& time) {
  for (GaugeChart* chart : charts_) chart->set_cursor(time);
}

}  // namespace fovea::ui
