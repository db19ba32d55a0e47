// How the engine stands, and what the machine uses, as the window says it.
#include "ui/chat/chat_panel.h"
#include "ui/core_words.h"
#include "ui/image/image_panel.h"
#include "ui/main_window.h"
#include "ui/models/model_panel.h"
#include "ui/performance/machine_table.h"
#include "ui/performance/speed_panel.h"
#include "ui/quantities.h"
#include "ui/workbench.h"

#include <QFileInfo>
#include <QLabel>
#include <utility>

namespace fovea::ui {
namespace {

constexpr qint64 kUnseenLooksMs = 4000;

}  // namespace

void MainWindow::show_engine() {
  const EngineStatus& status = bench_.bridge.status();
  using Kind = EngineStatus::Kind;
  const QString name = status.server ? QString::fromStdString(status.server->place.host)
                                     : QFileInfo(QString::fromStdString(status.folder)).fileName();
  const bool ready = bench_.bridge.ready() || bench_.asleep();
  QString headline;
  QString detail;
  int permille = -1;
  if (status.kind == Kind::kLoading) {
    headline = status.server ? tr("Asking %1 for its model").arg(name) : tr("Loading %1").arg(name);
    permille = 0;
    if (status.progress.total > 0) {
      permille = int(1000.0 * double(status.progress.done) / double(status.progress.total));
      detail = tr("%1 of %2").arg(bytes_text(status.progress.done), bytes_text(status.progress.total));
    }
  } else if (!ready) {
    headline = status.error ? core_words(*status.error) : tr("No model is loaded");
    detail = tr("Choose one under Model, or get one with: fovea models pull NAME");
  }
  // While a model loads questions are taken; they wait for it.
  chat_->set_model_state(ready || status.kind == Kind::kLoading, headline, detail, permille);
  const QString fault = status.error ? core_words(*status.error) : QString();
  if (std::exchange(told_fault_, fault) != fault && !fault.isEmpty() && bench_.bridge.ready())
    chat_->show_notice(fault);
  models_->set_status(status, bench_.asleep());
  const bool known = bench_.bridge.ready();
  show_destination();
  if (known) {
    const auto& server = status.destination();
    const ModelInfo& model = status.model;
    const std::string& held = model.weight_format.empty() ? model.compute_type : model.weight_format;
    QStringList words = {QString::fromStdString(model.name),
                         QString::fromStdString(server ? server->place.host : held)};
    if (const auto device = parse_device(model.device); device && device->kind == DeviceChoice::Kind::kCuda)
      words.append(QStringLiteral("GPU %1").arg(device->index));
    model_label_->setText(words.join(QStringLiteral(" · ")));
  } else {
    model_label_->setText(status.kind == Kind::kLoading ? name : tr("No model"));
  }
  QString state;
  if (status.kind == Kind::kLoading) {
    state = status.server  ? tr("connecting")
            : permille > 0 ? tr("loading, %1 %").arg(permille / 10)
                           : tr("loading");
  } else if (status.health.state == EngineHealth::State::kGivenUp) {
    state = tr("the engine has stopped");
  } else if (status.health.state == EngineHealth::State::kRestarting) {
    state =
        status.health.attempt > 0
            ? tr("starting the engine, try %1 of %2").arg(status.health.attempt).arg(status.health.attempts)
            : tr("starting the engine");
  } else if (bench_.session.running()) {
    using Step = AnswerProgress::Step;
    const Step step = bench_.session.progress().step;
    state = step == Step::kWriting   ? tr("answering")
            : step == Step::kVision  ? tr("looking")
            : step == Step::kPrefill ? tr("reading")
                                     : tr("preparing");
  } else {
    state = bench_.asleep() ? tr("unloaded while idle") : ready ? tr("idle") : QString();
  }
  state_label_->setText(state);
  if (status.kind == Kind::kReady && !preview_timer_.isActive()) preview_timer_.start();
  tell_lab();
  follow_pace();
}

void MainWindow::connect_adapters() {
  connect(models_, &ModelPanel::adapterWanted, &bench_, &Workbench::set_adapter);
  const auto name = [](const QString& folder) { return QFileInfo(folder).fileName(); };
  connect(&bench_, &Workbench::adapterChanged, this,
          [this, name](const QString& model, const QString& before, const QString& now) {
            chat_->show_notice(now.isEmpty()
                                   ? tr("%1 is used without an adapter.").arg(name(model))
                                   : tr("The adapter %1 is merged into %2.").arg(name(now), name(model)),
                               tr("Undo"), [this, before] { bench_.set_adapter(before); });
          });
  connect(&bench_, &Workbench::modelGone, this, [this, name](const QString& model) {
    chat_->show_notice(
        tr("%1 is not at its place any more: the model in the box is loaded.").arg(name(model)));
    chat_->hold_notice();
  });
  connect(&bench_, &Workbench::adapterGone, this, [this, name](const QString& model, const QString& adapter) {
    chat_->show_notice(
        tr("The adapter %1 is not there any more: %2 is loaded without it.").arg(adapter, name(model)));
  });
  // Queued: after the fault was shown without a way out.
  connect(
      &bench_, &Workbench::adapterUnusable, this,
      [this](const QString& model, const Error& why) {
        chat_->show_notice(core_words(why), tr("Load without the adapter"),
                           [this, model] { bench_.load_without_adapter(model); });
      },
      Qt::QueuedConnection);
}

void MainWindow::show_health() {
  const EngineHealth& health = bench_.bridge.status().health;
  const QString reason = core_words(health.reason);
  switch (health.state) {
    case EngineHealth::State::kReady:
      return chat_->show_notice(
          tr("The engine is there again. An answer that was interrupted can be continued."));
    case EngineHealth::State::kRestarting:
      if (health.attempt == 0) return chat_->show_notice(tr("The engine is being started again."));
      return chat_->show_notice(tr("%1 It is started again in %2, try %3 of %4. What was said stands.")
                                    .arg(reason, seconds_text(health.pause_seconds))
                                    .arg(health.attempt)
                                    .arg(health.attempts));
    case EngineHealth::State::kGivenUp:
      return chat_->show_notice(tr("The engine does not keep running: %1 It was started %2 times again.")
                                    .arg(reason)
                                    .arg(health.attempts),
                                tr("Try again"), [this] { bench_.bridge.restart(); });
  }
}

void MainWindow::tick() {
  const ProcessUse use = probe_.look(bench_.bridge.process());
  memory_label_->setText(
      tr("Memory %1 · machine %2 of %3")
          .arg(bytes_text(use.resident), bytes_text(use.memory_used), bytes_text(use.memory_total)));
  speed_->tick(use);
  if (speed_->isVisible()) bench_.bridge.sample();
  // Unseen, for the alert alone.
  if (speed_->isVisible() || !since_gpus_.isValid() || since_gpus_.hasExpired(kUnseenLooksMs)) {
    since_gpus_.start();
    gpu_watch_.look();
  }
  bench_.unload_if_idle();
  show_server();
  tick_timer_.setInterval(busy() ? kTickMs : kIdleTickMs);
}

bool MainWindow::busy() const {
  return bench_.session.running() || bench_.runner.running() || bench_.server.on() ||
         bench_.bridge.status().kind == EngineStatus::Kind::kLoading;
}

void MainWindow::follow_pace() {
  if (busy() && tick_timer_.interval() != kTickMs) tick();
}

void MainWindow::show_gpus(const std::vector<GpuReading>& gpus) {
  speed_->set_gpus(gpus);
  const QString alert = machine_table({}, gpus).alert;
  if (!alert.isEmpty() && !vram_alerted_) chat_->show_notice(alert);
  vram_alerted_ = !alert.isEmpty();
}

}  // namespace fovea::ui
