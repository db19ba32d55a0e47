#include "ui/monitor/monitor_panel.h"

#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
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
  problem_->setText(core_words(problem));
  problem_->setVisible(!problem.isEmpty());
}

}  // namespace fovea::ui
