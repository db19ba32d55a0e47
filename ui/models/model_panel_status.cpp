// What is in use, above the list of models: its facts, its loading, its adapter.
#include "ui/controls.h"
#include "ui/core_words.h"
#include "ui/models/model_list_model.h"
#include "ui/models/model_panel.h"
#include "ui/quantities.h"
#include "ui/words.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace fovea::ui {
namespace {

QString device_words(const std::string& name) {
  const std::optional<DeviceChoice> device = parse_device(name);
  if (!device || device->kind == DeviceChoice::Kind::kAuto) return QString::fromStdString(name);
  if (device->kind == DeviceChoice::Kind::kCpu) return tr("on the processor");
  if (device->kind == DeviceChoice::Kind::kCpuOperators) return tr("on the processor, by libtorch");
  return tr("on GPU %1").arg(device->index);
}

}  // namespace

void ModelPanel::set_status(const EngineStatus& status, bool comes_back) {
  using Kind = EngineStatus::Kind;
  // A model that came or went changes what fits.
  if (status.kind != status_.kind && status.kind != Kind::kLoading && status_.kind != Kind::kNone) refresh();
  const bool loading = status.kind == Kind::kLoading;
  // The row goes with what is loading, wherever that was begun.
  if (loading && (status_.kind != Kind::kLoading || id_of(status) != id_of(status_))) choose(id_of(status));
  status_ = status;
  const QString loading_name = status.server ? QString::fromStdString(status.server->place.host)
                                             : QFileInfo(QString::fromStdString(status.folder)).fileName();
  progress_->setVisible(loading);
  unload_->setVisible(status.kind != Kind::kNone);
  const bool at_server = status.server.has_value();
  unload_->setText(loading ? tr("Cancel") : at_server ? tr("Disconnect") : tr("Unload"));
  unload_->setAccessibleName(unload_->text());
  unload_->setToolTip(loading     ? tr("Stop loading")
                      : at_server ? tr("Ask this server no more")
                                  : tr("Free the model's memory"));
  problem_->setVisible(status.error.has_value());
  if (status.error) problem_->setText(core_words(*status.error));
  if (loading) {
    name_->setText(at_server ? tr("Asking %1").arg(loading_name) : tr("Loading %1").arg(loading_name));
    const LoadProgress& p = status.progress;
    facts_->setText(p.total > 0 ? tr("%1 of %2").arg(bytes_text(p.done), bytes_text(p.total)) : QString());
    progress_->setRange(0, p.total > 0 ? 1000 : 0);
    if (p.total > 0) progress_->setValue(int(1000.0 * double(p.done) / double(p.total)));
  } else if (status.kind == Kind::kReady) {
    name_->setText(QString::fromStdString(status.model.name));
    show_facts();
  } else {
    name_->setText(tr("No model is loaded"));
    facts_->setText(comes_back ? tr("It was put aside: the next question loads it again.")
                               : tr("Choose one below."));
  }
  // The one before stays in use while another is loading.
  if (!loading || !status.model_in_use)
    model_->set_loaded(status.kind == Kind::kReady ? id_of(status) : QString());
  const LoadProgress& done = status.progress;
  model_->set_loading(loading ? id_of(status) : QString(),
                      done.total > 0 ? double(done.done) / double(done.total) : -1.0);
  show_adapter();
  show_choice();
}

void ModelPanel::show_adapter() {
  using Kind = EngineStatus::Kind;
  const bool has = status_.kind == Kind::kReady && !status_.model.adapter.empty();
  adapter_->setText(has ? tr("Remove the adapter") : tr("Add an adapter"));
  adapter_->setAccessibleName(adapter_->text());
  set_enabled_or_why(adapter_, status_.kind == Kind::kReady && !status_.server,
                     has ? tr("Load the model without it again; it can be undone")
                         : tr("Merge a LoRA adapter into the model in use: a folder that PEFT has saved"),
                     status_.kind == Kind::kLoading ? tr("A model is loading")
                     : status_.server               ? tr("Adapters are merged into models of this machine")
                                                    : tr("Load the adapter's model first"));
}

void ModelPanel::change_adapter() {
  if (!status_.model.adapter.empty()) return Q_EMIT adapterWanted({});
  const QString folder = QFileDialog::getExistingDirectory(window(), tr("Folder of a LoRA adapter"));
  if (!folder.isEmpty()) Q_EMIT adapterWanted(folder);
}

void ModelPanel::show_facts() {
  const ModelInfo& m = status_.model;
  QStringList facts;
  if (status_.server) {
    facts.append(tr("on the server %1").arg(QString::fromStdString(status_.server->place.host)));
    facts.append(m.context_tokens > 0 ? tr("context %1 tokens").arg(count_text(m.context_tokens))
                                      : tr("its context is not told"));
    facts.append(tr("size, arithmetic and memory are not told"));
  } else {
    facts = {QString::fromStdString(m.family), tr("%1 parameters").arg(parameters_text(m.parameters)),
             tr("computes in %1").arg(QString::fromStdString(m.compute_type))};
    if (!m.device.empty()) facts.append(device_words(m.device));
    facts.append(m.weight_format.empty()
                     ? tr("weights %1").arg(bytes_text(m.weights_bytes))
                     : tr("weights %1 in %2")
                           .arg(bytes_text(m.weights_bytes), QString::fromStdString(m.weight_format)));
    facts.append(m.kv_cache_type.empty() || m.kv_cache_type == m.compute_type
                     ? tr("context %1 tokens").arg(count_text(m.context_tokens))
                     : tr("context %1 tokens in %2")
                           .arg(count_text(m.context_tokens), QString::fromStdString(m.kv_cache_type)));
    if (!m.adapter.empty()) facts.append(tr("adapter %1").arg(QString::fromStdString(m.adapter)));
    if (status_.own_process) facts.append(tr("in a process of its own"));
    if (status_.load_seconds > 0.0) facts.append(tr("loaded in %1").arg(seconds_text(status_.load_seconds)));
  }
  if (!m.note.empty()) facts.append(core_words(m.note));
  facts_->setText(facts.join(QStringLiteral(" · ")));
}

}  // namespace fovea::ui
