#include "ui/bench/run_view.h"

#include "ui/bench/bench_words.h"
#include "ui/bench/run_bars.h"
#include "ui/bench/run_tables.h"
#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/tokens.h"
#include "ui/waterfall_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {
namespace {

constexpr const char* kStages = "stages";  ///< the entry of the figures that shows stages as stacked bars

QString unit_of(const bench::RunRecord& record, const std::string& name) {
  for (const bench::GroupRecord& group : record.groups) {
    if (const bench::RunFigure* figure = figure_of(group, name)) return unit_words(figure->unit);
  }
  return {};
}

}  // namespace

RunView::RunView(QWidget* parent) : QWidget(parent) {
  QVBoxLayout* all = column(this, kSpace3, kSpace2);
  all->addWidget(make_head());
  auto* parts = new QSplitter(Qt::Vertical, this);
  parts->setChildrenCollapsible(false);
  parts->addWidget(make_result());
  parts->addWidget(make_requests());
  parts->setStretchFactor(0, 1);
  parts->setStretchFactor(1, 1);
  all->addWidget(parts, 1);
  below_->hide();
  auto* toggle = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_T), this);
  toggle->setContext(Qt::WidgetWithChildrenShortcut);
  connect(toggle, &QShortcut::activated, this, &RunView::toggle_table);
}

QWidget* RunView::make_head() {
  auto* head = new QWidget(this);
  QVBoxLayout* lines = column(head, 0, kSpace1);
  auto* top = row(nullptr, 0, kSpace2);
  QToolButton* back =
      tool_button(QStringLiteral("chevron-left"), tr("Back to the runs"), head, QStringLiteral("Esc"));
  title_ = title_label({}, head);
  QPushButton* out = push_button(tr("Export"), head);
  auto* menu = new QMenu(out);
  const std::pair<QString, RunFormat> formats[] = {{tr("The whole run, a folder"), RunFormat::kBundle},
                                                   {tr("Report, HTML"), RunFormat::kHtml},
                                                   {tr("Report, Markdown"), RunFormat::kMarkdown},
                                                   {tr("Requests, CSV"), RunFormat::kCsv}};
  for (const auto& [text, format] : formats)
    menu->addAction(text, this, [this, format = format] { Q_EMIT exportWanted(format); });
  out->setMenu(menu);
  out->setToolTip(tr("Save the run or a report of it"));
  top->addWidget(back);
  top->addWidget(title_, 1);
  QPushButton* costs = push_button(tr("Cost"), head);
  costs->setToolTip(tr("Count what answers cost at the speed of this run"));
  top->addWidget(costs);
  top->addWidget(out);
  lines->addLayout(top);
  facts_ = muted_label({}, head);
  lines->addWidget(facts_);
  findings_ = new QLabel(head);
  findings_->setWordWrap(true);
  findings_->setTextFormat(Qt::PlainText);
  findings_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  findings_->setAccessibleName(tr("What follows from the run"));
  lines->addWidget(findings_);
  connect(costs, &QPushButton::clicked, this, [this] {
    if (record_) Q_EMIT costWanted(record_);
  });
  connect(back, &QToolButton::clicked, this, &RunView::backWanted);
  return head;
}

QWidget* RunView::make_result() {
  auto* result = new QWidget(this);
  QVBoxLayout* all = column(result, 0, kSpace2);
  auto* tools = row(nullptr, 0, kSpace2);
  figure_ = new QComboBox(result);
  figure_->setAccessibleName(tr("Figure that is shown"));
  figure_->setToolTip(tr("Figure that is shown"));
  as_table_ = push_button(tr("As a table"), result);
  as_table_->setCheckable(true);
  as_table_->setToolTip(tr("All figures as a table instead of a chart (%1)").arg(QStringLiteral("Ctrl+T")));
  tools->addWidget(figure_, 1);
  tools->addWidget(as_table_);
  all->addLayout(tools);
  pages_ = new QStackedWidget(result);
  chart_ = new BarChart;
  auto* scroll = new QScrollArea(pages_);
  scroll->setWidget(chart_);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  group_model_ = new CellTableModel(this);
  groups_ = cell_table_view(group_model_, tr("Figures of the run"), pages_);
  report_model_ = new CellTableModel(this);
  report_ = cell_table_view(report_model_, tr("Table of the report"), pages_);
  pages_->addWidget(scroll);
  pages_->addWidget(groups_);
  pages_->addWidget(report_);
  all->addWidget(pages_, 1);
  remark_ = muted_label({}, result);
  all->addWidget(remark_);
  connect(figure_, &QComboBox::activated, this, &RunView::show_figure);
  connect(as_table_, &QPushButton::toggled, this, [this](bool table) {
    figure_->setEnabled(!table);
    show_page();
    focus_result();
  });
  connect(chart_, &BarChart::activated, this, &RunView::open_group);
  connect(groups_, &QTableView::activated, this, [this] {
    if (const std::vector<int> rows = chosen_rows(*groups_); !rows.empty()) open_group(rows.front());
  });
  return result;
}

QWidget* RunView::make_requests() {
  below_ = new QWidget(this);
  QVBoxLayout* all = column(below_, 0, kSpace1);
  all->addWidget(line(below_));
  auto* head = row(nullptr, 0, kSpace2);
  requests_title_ = new QLabel(below_);
  requests_title_->setTextFormat(Qt::PlainText);
  QToolButton* close = tool_button(QStringLiteral("close"), tr("Close the requests"), below_);
  head->addWidget(requests_title_, 1);
  head->addWidget(close);
  all->addLayout(head);
  request_model_ = new CellTableModel(this);
  requests_ = cell_table_view(request_model_, tr("Requests of the group"), below_);
  requests_->setSelectionMode(QAbstractItemView::SingleSelection);
  all->addWidget(requests_, 1);
  request_title_ = muted_label({}, below_);
  all->addWidget(request_title_);
  waterfall_ = new WaterfallView(below_);
  waterfall_->setObjectName(QStringLiteral("waterfall"));
  all->addWidget(waterfall_);
  connect(close, &QToolButton::clicked, this, &RunView::step_back);
  connect(requests_->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunView::show_request);
  return below_;
}

void RunView::set_run(std::shared_ptr<const bench::RunRecord> record, const QString& folder) {
  below_->hide();
  shown_.clear();
  request_model_->set({});
  record_ = std::move(record);
  folder_ = folder;
  const bench::RunRecord& run = *record_;
  title_->setText(run_words(QString::fromStdString(run.name)));
  QStringList facts = {begun_words(run.begun), QString::fromStdString(run.model.name),
                       tr("%1 requests").arg(count_text(std::int64_t(run.requests.size()))),
                       tr("took %1").arg(seconds_text(run.seconds))};
  if (!run.complete) facts.append(tr("ended early: these are the figures until then"));
  facts_->setText(facts.join(QStringLiteral(" · ")) + u'\n' + QString::fromStdString(run.command()));
  QStringList findings;
  for (const std::string& finding : run.findings) findings.append(core_words(finding));
  for (const bench::GroupRecord& group : run.groups) {
    for (const std::string& note : group.notes)
      findings.append(QStringLiteral("%1: %2").arg(group_words(group.label), core_words(note)));
  }
  findings_->setText(findings.join(u'\n'));
  findings_->setVisible(!findings.isEmpty());
  figure_->clear();
  const std::vector<std::string> names = figures_in(run);
  for (const std::string& name : names) figure_->addItem(figure_words(name), QString::fromStdString(name));
  for (std::size_t i = 0; i < run.tables.size(); ++i)
    figure_->addItem(tr("Table: %1").arg(core_words(run.tables[i].title)), int(i));
  if (!run.requests.empty())
    figure_->insertItem(0, tr("Where the time went, by stage"), QLatin1String(kStages));
  figure_->setCurrentIndex(figure_->count() > 1 ? 1 : 0);
  group_model_->set(groups_table(run));
  fit_columns(*groups_);
  show_figure();
}

void RunView::show_figure() {
  if (!record_) return;
  show_page();
  const QVariant chosen = figure_->currentData();
  if (chosen.typeId() == QMetaType::Int)
    return show_report_table(record_->tables[std::size_t(chosen.toInt())]);
  const std::string name = chosen.toString().toStdString();
  std::vector<Bar> bars;
  for (const bench::GroupRecord& group : record_->groups)
    bars.push_back(name == kStages ? stage_bar(*record_, group) : figure_bar(group, name));
  if (name == kStages) {
    chart_->set(tr("Where the time went, ms"), std::move(bars));
    remark_->setText(
        tr("Means of the answered requests, in milliseconds. Enter or a click on a bar shows its requests."));
    return;
  }
  const QString unit = unit_of(*record_, name);
  chart_->set(unit.isEmpty() ? figure_words(name) : QStringLiteral("%1, %2").arg(figure_words(name), unit),
              std::move(bars));
  QString formula;
  for (const bench::GroupRecord& group : record_->groups) {
    if (const bench::RunFigure* figure = figure_of(group, name)) {
      formula = formula_words(*figure);
      break;
    }
  }
  remark_->setText(tr("%1. In %2, with the 95 % band. Enter or a click on a bar shows its requests.")
                       .arg(formula, unit.isEmpty() ? tr("numbers") : unit));
}

void RunView::show_report_table(const bench::ReportTable& table) {
  CellTable cells;
  for (const std::string& column : table.columns) cells.columns.push_back({core_words(column), {}});
  for (const std::vector<std::string>& row : table.rows) {
    std::vector<Cell> line;
    for (const std::string& cell : row) line.push_back({cell_words(cell), {}, {}});
    cells.rows.push_back(std::move(line));
  }
  report_model_->set(std::move(cells));
  fit_columns(*report_);
  remark_->setText(core_words(table.remark));
}

void RunView::show_page() {
  const bool report = figure_->currentData().typeId() == QMetaType::Int;
  pages_->setCurrentIndex(as_table_->isChecked() ? 1 : report ? 2 : 0);
}

void RunView::toggle_table() {
  as_table_->toggle();
}

void RunView::focus_result() {
  QWidget* const shown[] = {chart_, groups_, report_};
  shown[pages_->currentIndex()]->setFocus(Qt::OtherFocusReason);
}

void RunView::open_group(int group) {
  if (!record_ || group < 0 || group >= int(record_->groups.size())) return;
  const std::string& label = record_->groups[std::size_t(group)].label;
  shown_ = requests_of(*record_, label);
  requests_title_->setText(
      tr("%1: %2 requests").arg(group_words(label), count_text(std::int64_t(shown_.size()))));
  request_model_->set(requests_table(shown_));
  fit_columns(*requests_);
  below_->show();
  requests_->setFocus(Qt::OtherFocusReason);
  if (!shown_.empty()) {
    requests_->setCurrentIndex(requests_->model()->index(0, 0));
  } else {
    show_request();
  }
}

void RunView::show_request() {
  const QModelIndex current = requests_->currentIndex();
  const int row = current.isValid() ? current.data(CellTableModel::kRowRole).toInt() : -1;
  const bool any = row >= 0 && row < int(shown_.size());
  waterfall_->setVisible(any);
  request_title_->setVisible(any);
  if (!any) return;
  const bench::RequestRecord& request = *shown_[std::size_t(row)];
  request_title_->setText(request.failed()
                              ? core_words(request.error)
                              : tr("Where the time of request %1 went").arg(count_text(request.number)));
  waterfall_->set_figures(figures_of(request.metrics));
}

bool RunView::step_back() {
  if (below_->isHidden()) return false;
  below_->hide();
  focus_result();
  return true;
}

}  // namespace fovea::ui
