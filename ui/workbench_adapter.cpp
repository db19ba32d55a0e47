// LoRA adapters: one a model at most, merged while it loads.
#include "ui/workbench.h"

#include <utility>

namespace fovea::ui {

QString Workbench::adapter_of(const QString& model) const {
  const auto found = settings.adapters.find(model);
  return found == settings.adapters.end() ? QString() : found->second;
}

void Workbench::set_adapter(const QString& folder) {
  const EngineStatus& status = bridge.status();
  if (status.kind != EngineStatus::Kind::kReady || status.server) return;
  const QString model = QString::fromStdString(status.folder);
  adapter_wish_ = AdapterWish{model, adapter_of(model), folder, false};
  load(model, folder);
}

void Workbench::load_without_adapter(const QString& model) {
  Settings changed = settings;
  changed.adapters.erase(model);
  set_settings(changed);
  load_model(model);
}

void Workbench::follow_adapter() {
  const EngineStatus& status = bridge.status();
  if (!adapter_wish_ || status.kind != EngineStatus::Kind::kReady || status.server ||
      QString::fromStdString(status.folder) != adapter_wish_->model)
    return;
  const AdapterWish wish = *std::exchange(adapter_wish_, std::nullopt);
  if (wish.before == wish.now) return;
  Settings changed = settings;
  if (wish.now.isEmpty()) {
    changed.adapters.erase(wish.model);
  } else {
    changed.adapters[wish.model] = wish.now;
  }
  set_settings(changed);
  Q_EMIT adapterChanged(wish.model, wish.before, wish.now);
}

}  // namespace fovea::ui
