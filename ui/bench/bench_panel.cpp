#include "ui/bench/bench_panel.h"

#include "core/bench/report/run_bundle.h"
#include "ui/bench/bar_chart.h"
#include "ui/bench/bench_words.h"
#include "ui/bench/comparison_view.h"
#include "ui/bench/run_view.h"
#include "ui/bench_runner.h"
#include "ui/cell_table.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/tokens.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <utility>

namespace fovea::ui {

BenchPanel::BenchPanel(BenchRunner& runner, std::function<bool()> has_browser, QWidget* parent)
    : QWidget(parent), runner_(runner) {
  setAccessibleName(tr("Measuring"));
  QVBoxLayout* whole = column(this, 0, 0);
  pages_ = new QStackedWidget(this);
  whole->addWidget(pages_);
  auto* home = new QWidget;
  QVBoxLayout* all = column(home, kSpace3, kSpace2);
  form_ = new RunForm(home);
  all->addWidget(form_);
  problem_ = new QLabel(home);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setProperty("bad", true);
  problem_->hide();
  all->addWidget(problem_);
  all->addWidget(make_progress());
  all->addWidget(line(home));
  all->addWidget(make_runs(), 1);
  auto* scroll = new QScrollArea;
  scroll->setAccessibleName(tr("A run"));
  scroll->setWidget(home);
  scroll->setWidgetResizable(true);
  view_ = new RunView;
  comparison_ = new ComparisonView;
  pages_->addWidget(scroll);
  pages_->addWidget(view_);
  pages_->addWidget(comparison_);

  connect(form_, &RunForm::startWanted, this, [this](const std::vector<std::string>& arguments) {
    show_problem({});
    Q_EMIT starting();
    runner_.start(arguments);
  });
  connect(view_, &RunView::backWanted, this, [this] { pages_->setCurrentIndex(0); });
  connect(view_, &RunView::exportWanted, this, &BenchPanel::save);
  connect(comparison_, &ComparisonView::backWanted, this, [this] { pages_->setCurrentIndex(0); });
  connect(&runner_, &BenchRunner::runningChanged, this, &BenchPanel::show_running);
  connect(&runner_, &BenchRunner::progressed, this, &BenchPanel::show_progress);
  connect(&runner_, &BenchRunner::failed, this, [this](const Error& error) {
    show_problem(core_words(error));
    refresh();
  });
  connect(&runner_, &BenchRunner::finished, this, [this](const QString& folder) {
    refresh();
    open_run(folder);
  });
  show_running();
  refresh();
  // Greyed out until it is known that there is one.
  form_->set_browser_obstacle(tr("not in this program"));
  if (!has_browser) return;
  reading_.post([this, has_browser = std::move(has_browser)] {
    QMetaObject::invokeMethod(
        this,
        [this, there = has_browser()] {
          form_->set_browser_obstacle(there ? QString() : tr("needs Chromium, which is not on the PATH"));
        },
        Qt::QueuedConnection);
  });
}

BenchPanel::~BenchPanel() {
  reading_.clear();
  reading_.finish();
}

QWidget* BenchPanel::make_progress() {
  progress_ = new QWidget(this);
  QVBoxLayout* all = column(progress_, 0, kSpace1);
  auto* head = row(nullptr, 0, kSpace2);
  step_ = new QLabel(progress_);
  step_->setTextFormat(Qt::PlainText);
  left_ = muted_label({}, progress_);
  left_->setWordWrap(false);
  stop_ = push_button(tr("Stop"), progress_);
  stop_->setToolTip(tr("End the run; what was measured is kept"));
  head->addWidget(step_, 1);
  head->addWidget(left_);
  head->addWidget(stop_);
  all->addLayout(head);
  bar_ = new QProgressBar(progress_);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("How far the run is"));
  all->addWidget(bar_);
  live_ = new BarChart(progress_);
  all->addWidget(live_);
  connect(stop_, &QPushButton::clicked, &runner_, &BenchRunner::stop);
  return progress_;
}

QWidget* BenchPanel::make_runs() {
  auto* box = new QWidget(this);
  QVBoxLayout* all = column(box, 0, kSpace2);
  auto* head = row(nullptr, 0, kSpace2);
  head->addWidget(title_label(tr("Kept runs"), box), 1);
  open_ = push_button(tr("Open"), box);
  compare_ = push_button(tr("Compare"), box);
  remove_ = push_button(tr("Delete"), box);
  QPushButton* other = push_button(tr("Other folder"), box);
  other->setToolTip(tr("Open a run that was kept elsewhere, by the command line for one"));
  for (QPushButton* button : {open_, compare_, remove_, other}) head->addWidget(button);
  all->addLayout(head);
  empty_ = muted_label(tr("None yet. A run is kept when it is measured, also one that is stopped."), box);
  all->addWidget(empty_);
  run_model_ = new CellTableModel(this);
  runs_ = cell_table_view(run_model_, tr("Kept runs"), box);
  runs_->setMinimumHeight(160);
  all->addWidget(runs_, 1);
  auto* erase = new QAction(runs_);
  erase->setShortcut(QKeySequence::Delete);
  erase->setShortcutContext(Qt::WidgetShortcut);
  runs_->addAction(erase);
  connect(erase, &QAction::triggered, remove_, &QPushButton::click);
  connect(open_, &QPushButton::clicked, this, &BenchPanel::open_chosen);
  connect(compare_, &QPushButton::clicked, this, &BenchPanel::compare_chosen);
  connect(remove_, &QPushButton::clicked, this, &BenchPanel::remove_chosen);
  connect(other, &QPushButton::clicked, this, &BenchPanel::open_other);
  connect(runs_, &QTableView::activated, this, &BenchPanel::open_chosen);
  connect(runs_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &BenchPanel::show_choice);
  return box;
}

void BenchPanel::set_model(const RunModel& model, const QString& name) {
  form_->set_model(model, name);
}

void BenchPanel::set_obstacle(const QString& why) {
  obstacle_ = why;
  show_running();
}

void BenchPanel::show_running() {
  const bool running = runner_.running();
  progress_->setVisible(running);
  form_->set_obstacle(!runner_.available() ? tr("This program has nothing to measure with")
                      : running            ? tr("A run goes on; stop it or wait for its end")
                                           : obstacle_);
  show_progress();
  show_choice();
}

void BenchPanel::show_progress() {
  if (!runner_.running()) return;
  const RunState& state = runner_.state();
  const QString name = run_words(state.kind);
  const QString what = part_words(state.what.toStdString());
  if (state.stopping) {
    step_->setText(tr("%1: stopping").arg(name));
  } else if (state.what.isEmpty()) {
    step_->setText(tr("%1: loading the model").arg(name));
  } else if (state.all > 0) {
    step_->setText(tr("%1: %2, %3 of %4").arg(name, what, count_text(state.done), count_text(state.all)));
  } else {
    step_->setText(QStringLiteral("%1: %2").arg(name, what));
  }
  left_->setText(state.left_seconds >= 0.0 ? tr("%1 left").arg(seconds_text(state.left_seconds)) : QString());
  stop_->setEnabled(!state.stopping);
  bar_->setRange(0, state.all > 0 ? int(state.all) : 0);
  if (state.all > 0) bar_->setValue(int(state.done));
  std::vector<Bar> bars;
  for (const LiveGroup& group : state.groups) {
    Bar bar;
    bar.label = group_words(group.label.toStdString());
    bar.parts = {{tr("First token"), group.ttft_ms, 0},
                 {tr("Rest"), std::max(0.0, group.e2el_ms - group.ttft_ms), 0}};
    bar.text =
        tr("%1 / %2 ms, %3")
            .arg(figure_number(group.ttft_ms), figure_number(group.e2el_ms), count_text(group.requests));
    bars.push_back(std::move(bar));
  }
  live_->setVisible(!bars.empty());
  live_->set(tr("Time to first and to last token, means so far, and requests"), std::move(bars));
}

void BenchPanel::show_choice() {
  const std::size_t chosen = runs_->selectionModel()->hasSelection() ? chosen_rows(*runs_).size() : 0;
  set_enabled_or_why(open_, chosen == 1, tr("Show the chosen run"), tr("Choose one run"));
  set_enabled_or_why(compare_, chosen == 2, tr("Set the later run against the earlier one"),
                     tr("Choose two runs, with Ctrl"));
  set_enabled_or_why(remove_, chosen > 0 && !runner_.running(), tr("Delete the chosen runs from the disk"),
                     runner_.running() ? tr("Not while a run goes on") : tr("Choose a run"));
}

void BenchPanel::refresh() {
  reading_.post([this, folder = runner_.folder()] {
    auto runs = std::make_shared<std::vector<KeptRun>>(kept_runs(folder));
    QMetaObject::invokeMethod(
        this,
        [this, runs] {
          kept_ = std::move(*runs);
          empty_->setVisible(kept_.empty());
          run_model_->set(kept_runs_table(kept_));
          fit_columns(*runs_);
          show_choice();
        },
        Qt::QueuedConnection);
  });
}

void BenchPanel::open_run(const QString& folder) {
  reading_.post([this, folder] {
    Result<bench::RunRecord> read = bench::read_bundle(folder.toStdString());
    auto record = read ? std::make_shared<const bench::RunRecord>(std::move(*read)) : nullptr;
    const QString problem = read ? QString() : core_words(read.error());
    QMetaObject::invokeMethod(
        this,
        [this, record, folder, problem] {
          show_problem(problem);
          if (!record) return;
          view_->set_run(record, folder);
          pages_->setCurrentWidget(view_);
          view_->focus_result();
        },
        Qt::QueuedConnection);
  });
}

void BenchPanel::open_chosen() {
  const std::vector<int> rows = chosen_rows(*runs_);
  if (rows.size() == 1) open_run(kept_[std::size_t(rows.front())].folder);
}

void BenchPanel::open_other() {
  const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a run"));
  if (!folder.isEmpty()) open_run(folder);
}

void BenchPanel::compare_chosen() {
  const std::vector<int> rows = chosen_rows(*runs_);
  if (rows.size() != 2) return;
  // The newest stands first in the list.
  reading_.post(
      [this, before = kept_[std::size_t(rows[1])].folder, after = kept_[std::size_t(rows[0])].folder] {
        struct Pair {
          Result<bench::RunRecord> before;
          Result<bench::RunRecord> after;
          bench::RunComparison comparison;
        };
        auto pair = std::make_shared<Pair>(
            Pair{bench::read_bundle(before.toStdString()), bench::read_bundle(after.toStdString()), {}});
        if (pair->before && pair->after) pair->comparison = bench::compare_runs(*pair->before, *pair->after);
        QMetaObject::invokeMethod(
            this,
            [this, pair] {
              for (const Result<bench::RunRecord>* one : {&pair->before, &pair->after}) {
                if (!*one) return show_problem(core_words(one->error()));
              }
              comparison_->set(*pair->before, *pair->after, pair->comparison);
              pages_->setCurrentWidget(comparison_);
              comparison_->table().setFocus(Qt::OtherFocusReason);
            },
            Qt::QueuedConnection);
      });
}

void BenchPanel::remove_chosen() {
  std::vector<QString> folders;
  for (const int row : chosen_rows(*runs_)) folders.push_back(kept_[std::size_t(row)].folder);
  if (folders.empty()) return;
  const auto answer =
      QMessageBox::question(window(), tr("Delete runs"),
                            tr("Delete %1 runs from the disk? This cannot be undone.").arg(folders.size()),
                            QMessageBox::Yes | QMessageBox::No, QMessageBox::No);
  if (answer != QMessageBox::Yes) return;
  reading_.post([folders] {
    for (const QString& folder : folders) {
      std::error_code ignored;  // what is left is listed again
      std::filesystem::remove_all(folder.toStdString(), ignored);
    }
  });
  refresh();
}

void BenchPanel::save(RunFormat format) {
  const QString name = view_->folder().section(u'/', -1);
  const auto ask = [&](const QString& title, const QString& ending) {
    return QFileDialog::getSaveFileName(window(), title, name + ending);
  };
  const QString target = format == RunFormat::kBundle ? ask(tr("Save the run as a new folder"), {})
                         : format == RunFormat::kHtml ? ask(tr("Save the report"), QStringLiteral(".html"))
                         : format == RunFormat::kMarkdown
                             ? ask(tr("Save the report"), QStringLiteral(".md"))
                             : ask(tr("Save the requests"), QStringLiteral(".csv"));
  if (target.isEmpty()) return;
  reading_.post([this, record = view_->run(), folder = view_->folder(), format, target] {
    const Result<void> saved = export_run(*record, folder.toStdString(), format, target.toStdString());
    if (saved) return;
    QMetaObject::invokeMethod(
        this,
        [this, text = core_words(saved.error())] { QMessageBox::warning(window(), tr("Not saved"), text); },
        Qt::QueuedConnection);
  });
}

bool BenchPanel::step_back() {
  if (pages_->currentIndex() == 0) return false;
  if (pages_->currentWidget() == view_ && view_->step_back()) return true;
  pages_->setCurrentIndex(0);
  runs_->setFocus(Qt::OtherFocusReason);
  return true;
}

void BenchPanel::show_problem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
}

}  // namespace fovea::ui
