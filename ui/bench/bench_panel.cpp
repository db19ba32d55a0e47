#include "ui/bench/bench_panel.h"

#include "ui/bench/bar_chart.h"
#include "ui/bench/bench_words.h"
#include "ui/bench/comparison_view.h"
#include "ui/bench/run_view.h"
#include "ui/bench_runner.h"
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/quantities.h"
#include "ui/tokens.h"

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
