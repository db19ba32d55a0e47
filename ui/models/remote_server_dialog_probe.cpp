// What the server is asked before it is kept: for its models, and about a small picture.
#include "ui/core_words.h"
#include "ui/models/remote_server_dialog.h"
#include "ui/models/upload_fields.h"
#include "ui/quantities.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPointer>
#include <QSignalBlocker>
#include <utility>

namespace fovea::ui {

void RemoteServerDialog::connect_probe() {
  connect(&probe_, &ServerProbe::busyChanged, this, &RemoteServerDialog::show_busy);
  connect(&probe_, &ServerProbe::listed, this, &RemoteServerDialog::take_models);
  connect(&probe_, &ServerProbe::tested, this, &RemoteServerDialog::take_trial);
  connect(&probe_, &ServerProbe::failed, this, [this](const Error& error) {
    // It may be switched off just now; whoever knows that may keep it.
    const bool named = !model_->currentText().trimmed().isEmpty();
    tried_ = step_ != Step::kList && named ? Tried::kBadly : Tried::kNot;
    say(core_words(error), true);
    show_busy();
  });
}

void RemoteServerDialog::begin(Step step) {
  if (!obstacle().isEmpty()) return;
  step_ = step;
  const ServerEntry now = entry();
  const std::string typed = key_->text().trimmed().toStdString();
  ServerCall call{now.address.toStdString(), now.model.toStdString(), now.has_key ? typed : std::string(),
                  now.insecure_key};
  if (!uses_kept_key()) return ask(call);
  waits_for_key_ = true;
  say(tr("Waiting for the keyring"), false);
  show_busy();
  servers_.call_for(id_,
                    [self = QPointer(this), number = ++asked_, call](const Result<ServerCall>& kept) mutable {
                      if (!self || self->asked_ != number) return;
                      self->waits_for_key_ = false;
                      if (!kept) {
                        self->say(core_words(kept.error()), true);
                        return self->show_busy();
                      }
                      call.key = kept->key;
                      self->ask(call);
                    });
}

void RemoteServerDialog::ask(const ServerCall& call) {
  const bool needs_list = step_ == Step::kList || call.model.empty();
  const QString host = QString::fromStdString(servers_.source(entry()).place.host);
  say(needs_list ? tr("Asking %1 for its models").arg(host) : tr("Testing %1").arg(host), false);
  if (needs_list) {
    probe_.list(call);
  } else {
    probe_.test(call);
  }
}

void RemoteServerDialog::take_models(const std::vector<ServerModel>& models) {
  const QString chosen = model_->currentText().trimmed();
  {
    const QSignalBlocker quiet(model_);
    model_->clear();
    for (const ServerModel& model : models) {
      const QString name = QString::fromStdString(model.name);
      model_->addItem(name);
      if (model.context_tokens > 0)
        model_->setItemData(model_->count() - 1,
                            tr("context %1 tokens").arg(count_text(model.context_tokens)), Qt::ToolTipRole);
    }
    const int at = model_->findText(chosen);
    if (at >= 0) model_->setCurrentIndex(at);
    if (at < 0 && models.size() > 1) model_->setEditText({});
  }
  const Step step = step_;
  tried_ = Tried::kNot;
  say(models.size() == 1 ? tr("It has one model.") : tr("It has %1 models. Choose one.").arg(models.size()),
      false);
  show_busy();
  const bool chosen_now = !model_->currentText().isEmpty();
  if (step != Step::kList && chosen_now) return begin(step);
  if (!chosen_now) model_->showPopup();
}

void RemoteServerDialog::take_trial(const ServerTrial& trial) {
  if (trial.pictures && step_ == Step::kKeep) return accept();
  tried_ = trial.pictures ? Tried::kWell : Tried::kBadly;
  say(trial.pictures ? tr("It answers, in %1, and takes pictures.").arg(seconds_text(trial.seconds))
                     : tr("It answers, but takes no pictures: %1").arg(core_words(trial.without)),
      !trial.pictures);
  show_busy();
}

}  // namespace fovea::ui
