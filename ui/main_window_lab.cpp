// Measuring in the window: the page in place of the chat, and what a run means for the rest.
#include "ui/bench/bench_panel.h"
#include "ui/bench/run_view.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/cost/cost_form.h"
#include "ui/cost/cost_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/monitor_panel.h"
#include "ui/overlay.h"
#include "ui/workbench.h"

#include <QFileInfo>
#include <QLabel>
#include <QTabWidget>

namespace fovea::ui {

void MainWindow::make_lab() {
  lab_pages_ = new QTabWidget(this);
  lab_pages_->setObjectName(QStringLiteral("lab-pages"));
  lab_pages_->setDocumentMode(true);
  lab_pages_->setAccessibleName(tr("Measuring and cost"));
  lab_ = new BenchPanel(bench_.runner, bench_.lab.has_browser);
  cost_ = new CostPanel(bench_.lab);
  lab_pages_->addTab(lab_, tr("Measure"));
  lab_pages_->addTab(cost_, tr("Cost"));
  monitor_ = new MonitorPanel(bench_.monitor);
  lab_pages_->addTab(monitor_, tr("Monitor"));
  const auto mark = [this](int rules) {
    lab_pages_->setTabText(lab_pages_->indexOf(monitor_),
                           rules > 0 ? QStringLiteral("%1 ⚠").arg(tr("Monitor")) : tr("Monitor"));
  };
  connect(&bench_.monitor, &MonitorWatch::standingChanged, this, mark);
  mark(bench_.monitor.standing());
  connect(&lab_->view(), &RunView::costWanted, this,
          [this](const std::shared_ptr<const bench::RunRecord>& run) {
            cost_->set_run(*run);
            lab_pages_->setCurrentWidget(cost_);
          });
  const auto show_answers = [this] { cost_->set_messages(bench_.session.messages()); };
  connect(&bench_.session, &ChatSession::answered, cost_, show_answers);
  connect(&bench_.session, &ChatSession::reset, cost_, show_answers);
  show_answers();
  connect(lab_, &BenchPanel::starting, &bench_, &Workbench::rest);
  connect(&bench_.runner, &BenchRunner::runningChanged, this, &MainWindow::show_engine);
  tell_lab();
}

bool MainWindow::lab_open() const {
  return lab_ != nullptr && centralWidget() == lab_pages_;
}

void MainWindow::open_lab(bool open) {
  if (open == lab_open()) return;
  if (open && lab_ == nullptr) make_lab();
  // The one that goes stays as it is, still this window's own.
  QWidget* gone = takeCentralWidget();
  gone->setParent(this);
  gone->hide();
  QWidget* shown = open ? static_cast<QWidget*>(lab_pages_) : chat_;
  setCentralWidget(shown);
  shown->show();
  inspector_overlay_->lie_over(shown);
  bench_.lab_open = open;
  if (open) {
    QWidget* page = lab_pages_->currentWidget();
    QWidget* first = page == cost_  ? static_cast<QWidget*>(&cost_->form())
                     : page == lab_ ? static_cast<QWidget*>(&lab_->form())
                                    : monitor_;
    first->setFocus(Qt::OtherFocusReason);
  } else {
    chat_->composer().focus_text();
  }
}

bool MainWindow::leave_lab() {
  if (!lab_open()) return false;
  if (lab_pages_->currentWidget() != lab_ || !lab_->step_back()) open_lab(false);
  return true;
}

void MainWindow::tell_lab() {
  if (bench_.runner.running()) {
    chat_->set_model_state(false, tr("A run is being measured"),
                           tr("Questions would disturb it. Ask when it is over, or stop it."), -1);
    state_label_->setText(tr("measuring"));
  }
  if (lab_ == nullptr) return;
  const EngineStatus& status = bench_.bridge.status();
  const QString folder = bench_.usual_model();
  const bool known = bench_.bridge.ready() && !status.model.name.empty();
  const Settings& settings = bench_.settings;
  lab_->set_model(
      {folder.toStdString(), std::string(compute_type_name(settings.compute_type)), settings.threads,
       std::string(engine_place_name(settings.engine_place)), bench_.adapter_of(folder).toStdString(),
       device_name(settings.device), std::string(weight_format_name(settings.weights)),
       std::string(kv_cache_type_name(settings.kv_cache_type)),
       settings.weights == WeightFormat::kInt8 && settings.weights_by_row},
      folder.isEmpty() ? QString()
      : known          ? QString::fromStdString(status.model.name)
                       : QFileInfo(folder).fileName());
  lab_->set_obstacle(
      status.server ? tr("A server answers, and runs are made on a model of this machine: load one under "
                         "Model. A server is measured with: fovea bench load --server URL")
      : status.kind == EngineStatus::Kind::kLoading ? tr("The model is still loading")
      : bench_.session.running()                    ? tr("An answer is being written")
                                                    : QString());
}

}  // namespace fovea::ui
