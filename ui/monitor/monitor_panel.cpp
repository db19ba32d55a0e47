#include "ui/monitor/monitor_panel.h"

#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/gauge_words.h"
#include "ui/monitor/gauge_chart.h"
#include "ui/monitor/monitor_tables.h"
#include "ui/monitor/rule_editor.h"
#include "ui/quantities.h"
#include "ui/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kSideBySide = 900;  // pixels; below, rules lie under the curves
constexpr int kNarrowest = 380;
constexpr int kSideWidth = 430;
constexpr int kTwoColumns = 560;  // of the curves alone

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

MonitorPanel::MonitorPanel(MonitorWatch& monitor, QWidget* parent) : QWidget(parent), monitor_(monitor) {
  setAccessibleName(tr("Monitor"));
  QVBoxLayout* all = column(this, kSpace3, kSpace2);
  all->addWidget(make_head());
  parts_ = new QSplitter(Qt::Vertical, this);
  parts_->setChildrenCollapsible(false);
  parts_->addWidget(make_curves());
  parts_->addWidget(make_side());
  parts_->setStretchFactor(0, 1);
  all->addWidget(parts_, 1);
  connect(parts_, &QSplitter::splitterMoved, this, &MonitorPanel::arrange);
  auto* toggle = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_T), this);
  toggle->setContext(Qt::WidgetWithChildrenShortcut);
  connect(toggle, &QShortcut::activated, as_table_, &QPushButton::toggle);
  connect(&monitor_, &MonitorWatch::pictured, this, &MonitorPanel::show_picture);
  connect(&monitor_, &MonitorWatch::undelivered, this, &MonitorPanel::say);
  setFocusProxy(range_);
  show_state({});
}

MonitorPanel::~MonitorPanel() {
  tell_shown(false);
}

void MonitorPanel::tell_shown(bool shown) {
  if (std::exchange(shown_, shown) != shown) monitor_.set_shown(shown);
}

QWidget* MonitorPanel::make_head() {
  auto* head = new QWidget(this);
  QVBoxLayout* all = column(head, 0, kSpace1);
  auto* tools = row(nullptr, 0, kSpace2);
  record_ = new QCheckBox(tr("Record"), head);
  record_->setChecked(monitor_.settings().record);
  set_enabled_or_why(record_, monitor_.available(),
                     tr("Look at the machine while the program runs, keep what was seen and apply the rules"),
                     tr("This program has nothing to look with"));
  range_ = new QComboBox(head);
  range_->setAccessibleName(tr("Range that is shown"));
  range_->setToolTip(tr("Range that is shown"));
  const std::pair<QString, double> ranges[] = {{tr("5 minutes"), 300.0},  {tr("30 minutes"), 1800.0},
                                               {tr("2 hours"), 7200.0},   {tr("12 hours"), 43'200.0},
                                               {tr("3 days"), 259'200.0}, {tr("All that is recorded"), 0.0}};
  for (const auto& [text, seconds] : ranges) range_->addItem(text, seconds);
  range_->setCurrentIndex(std::max(0, range_->findData(monitor_.range())));
  as_table_ = push_button(tr("As a table"), head);
  as_table_->setCheckable(true);
  as_table_->setToolTip(tr("The values as a table instead of curves (%1)").arg(QStringLiteral("Ctrl+T")));
  QPushButton* out = push_button(tr("Export"), head);
  out->setToolTip(tr("Save the records of the range as CSV"));
  state_ = muted_label({}, head);
  tools->addWidget(record_);
  tools->addWidget(range_);
  tools->addWidget(as_table_);
  tools->addWidget(out);
  tools->addStretch(1);
  all->addLayout(tools);
  all->addWidget(state_);
  problem_ = new QLabel(head);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setProperty("bad", true);
  problem_->hide();
  all->addWidget(problem_);
  connect(record_, &QCheckBox::toggled, this, &MonitorPanel::set_recorded);
  connect(range_, &QComboBox::currentIndexChanged, this,
          [this] { monitor_.set_range(range_->currentData().toDouble()); });
  connect(as_table_, &QPushButton::toggled, this, [this](bool table) {
    pages_->setCurrentIndex(table ? 1 : 0);
    if (monitor_.picture()) show_charts(*monitor_.picture());
    if (table) table_->setFocus(Qt::OtherFocusReason);
  });
  connect(out, &QPushButton::clicked, this, &MonitorPanel::save);
  return head;
}

QWidget* MonitorPanel::make_curves() {
  pages_ = new QStackedWidget;
  pages_->setMinimumSize(260, 200);
  auto* scroll = new QScrollArea(pages_);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  curves_ = new QWidget;
  QVBoxLayout* all = column(curves_, 0, kSpace2);
  empty_ = muted_label({}, curves_);
  all->addWidget(empty_);
  grid_ = new QGridLayout;
  grid_->setSpacing(kSpace2);
  all->addLayout(grid_);
  absent_ = muted_label({}, curves_);
  all->addWidget(absent_);
  all->addStretch(1);
  for (std::size_t i = 0; i < watch::kGauges; ++i) {
    auto* chart = new GaugeChart(watch::Gauge(i), curves_);
    chart->hide();
    connect(chart, &GaugeChart::cursorMoved, this, &MonitorPanel::set_cursor);
    charts_.push_back(chart);
  }
  scroll->setWidget(curves_);
  table_model_ = new CellTableModel(this);
  table_ = cell_table_view(table_model_, tr("Recorded values"), pages_);
  pages_->addWidget(scroll);
  pages_->addWidget(table_);
  return pages_;
}

QWidget* MonitorPanel::make_side() {
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setMinimumSize(340, 180);
  auto* side = new QWidget;
  QVBoxLayout* all = column(side, 0, kSpace2);
  all->addWidget(title_label(tr("Rules"), side));
  editor_ = new RuleEditor(side);
  editor_->set(monitor_.settings().rules);
  all->addWidget(editor_);
  all->addWidget(make_roads());
  all->addWidget(line(side));
  all->addWidget(title_label(tr("What fired"), side));
  no_alerts_ = muted_label(tr("By these rules nothing fired in the time that is recorded."), side);
  all->addWidget(no_alerts_);
  alert_model_ = new CellTableModel(this);
  alerts_ = cell_table_view(alert_model_, tr("What fired"), side);
  alerts_->setMinimumHeight(120);
  alerts_->hide();
  all->addWidget(alerts_, 1);
  all->addStretch(0);
  scroll->setWidget(side);
  connect(editor_, &RuleEditor::edited, this, &MonitorPanel::take_rules);
  return scroll;
}

QWidget* MonitorPanel::make_roads() {
  const MonitorSettings& settings = monitor_.settings();
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace1);
  notify_ = new QCheckBox(tr("Desktop notification of each"), box);
  notify_->setChecked(settings.notify);
  notify_->setToolTip(tr("When a rule begins to hold, and when it no longer does"));
  all->addWidget(notify_);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(kSpace2);
  grid->setVerticalSpacing(kSpace1);
  const auto field = [&](int at, const QString& name, const QString& text, const QString& tip) {
    auto* edit = new QLineEdit(text, box);
    edit->setAccessibleName(name);
    edit->setPlaceholderText(tr("none"));
    edit->setToolTip(tip);
    auto* label = new QLabel(name, box);
    label->setBuddy(edit);
    grid->addWidget(label, at, 0);
    grid->addWidget(edit, at, 1);
    connect(edit, &QLineEdit::editingFinished, this, &MonitorPanel::take_roads);
    return edit;
  };
  log_ = field(0, tr("Log file"), settings.log, tr("A line of each is added to this file"));
  webhook_ = field(1, tr("Webhook"), settings.webhook,
                   tr("Each is sent to this address as JSON, by POST; nothing else is ever sent there"));
  QToolButton* choose = tool_button(QStringLiteral("more"), tr("Choose the log file"), box);
  grid->addWidget(choose, 0, 2);
  all->addLayout(grid);
  webhook_fault_ = new QLabel(box);
  webhook_fault_->setWordWrap(true);
  webhook_fault_->setProperty("bad", true);
  webhook_fault_->hide();
  all->addWidget(webhook_fault_);
  connect(notify_, &QCheckBox::toggled, this, &MonitorPanel::take_roads);
  connect(choose, &QToolButton::clicked, this, [this] {
    const QString file = QFileDialog::getSaveFileName(window(), tr("Log file"), log_->text(), {}, nullptr,
                                                      QFileDialog::DontConfirmOverwrite);
    if (file.isEmpty()) return;
    log_->setText(file);
    take_roads();
  });
  return box;
}

QSize MonitorPanel::minimumSizeHint() const {
  return {kNarrowest, QWidget::minimumSizeHint().height()};
}

std::vector<GaugeChart*> MonitorPanel::charts() const {
  std::vector<GaugeChart*> out;
  for (GaugeChart* chart : charts_) {
    if (!chart->isHidden()) out.push_back(chart);
  }
  return out;
}

void MonitorPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  tell_shown(true);
}

void MonitorPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  tell_shown(false);
}

void MonitorPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const Qt::Orientation way = width() < kSideBySide ? Qt::Vertical : Qt::Horizontal;
  if (parts_->orientation() != way) {
    parts_->setOrientation(way);
    if (way == Qt::Horizontal) parts_->setSizes({width() - kSideWidth, kSideWidth});
  }
  if (way == Qt::Vertical && event->oldSize().height() != event->size().height())
    parts_->setSizes({2 * height() / 3, height() / 3});
  QTimer::singleShot(0, this, &MonitorPanel::arrange);  // when the parts have their sizes
}

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
      words.append(tr("⚠ Not kept: %1").arg(picture.fault));
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
          .arg(absent.join(QStringLiteral(", "))));
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

void MonitorPanel::take_rules() {
  MonitorSettings changed = monitor_.settings();
  changed.rules = editor_->rules();
  monitor_.set_settings(changed);
}

void MonitorPanel::take_roads() {
  MonitorSettings changed = monitor_.settings();
  changed.notify = notify_->isChecked();
  changed.log = log_->text().trimmed();
  const QString webhook = webhook_->text().trimmed();
  const QString fault = webhook_fault(webhook);
  webhook_fault_->setText(fault);
  webhook_fault_->setVisible(!fault.isEmpty());
  changed.webhook = fault.isEmpty() ? webhook : QString();
  const MonitorSettings& now = monitor_.settings();
  if (changed.notify == now.notify && changed.log == now.log && changed.webhook == now.webhook) return;
  say({});
  monitor_.set_settings(changed);
}

void MonitorPanel::set_recorded(bool on) {
  MonitorSettings changed = monitor_.settings();
  changed.record = on;
  monitor_.set_settings(changed);
}

void MonitorPanel::save() {
  const QString file =
      QFileDialog::getSaveFileName(window(), tr("Save the records"), QStringLiteral("monitor.csv"));
  if (file.isEmpty()) return;
  monitor_.save(file, [panel = QPointer<MonitorPanel>(this)](const QString& fault) {
    if (panel) panel->say(fault);
  });
}

void MonitorPanel::say(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
}

}  // namespace fovea::ui
