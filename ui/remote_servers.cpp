#include "ui/remote_servers.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {

RemoteServers::RemoteServers(RemoteServices services, std::unique_ptr<KeyVault> vault,
                             std::vector<ServerEntry> entries, QObject* parent)
    : QObject(parent),
      services_(std::move(services)),
      entries_(std::move(entries)),
      vault_(std::move(vault)) {}

const ServerEntry* RemoteServers::find(const QString& id) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const ServerEntry& entry) { return entry.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

ServerSource RemoteServers::source(const ServerEntry& entry) const {
  ServerSource source{entry.id.toStdString(), {entry.address.toStdString(), false, false}, entry.reduction};
  if (!services_.place_of) return source;
  if (Result<ServerPlace> place = services_.place_of(entry.address.toStdString())) source.place = *place;
  return source;
}

void RemoteServers::put(const ServerEntry& entry, const std::optional<QString>& key) {
  const auto place =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& one) { return one.id == entry.id; });
  const bool had_key = place != entries_.end() && place->has_key;
  if (place != entries_.end()) {
    *place = entry;
  } else {
    entries_.push_back(entry);
  }
  if (had_key && key && key->isEmpty()) forget_key(entry.id);
  if (key && !key->isEmpty()) keep_key(entry.id, *key);
  Q_EMIT changed();
}

void RemoteServers::remove(const QString& id) {
  const auto place =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& one) { return one.id == id; });
  if (place == entries_.end()) return;
  removed_ = Removed{*place, std::size_t(place - entries_.begin()), {}};
  const bool has_key = place->has_key;
  entries_.erase(place);
  if (has_key) {
    if (const auto known = keys_.find(id); known != keys_.end()) {
      removed_->key = known->second;
      forget_key(id);
    } else {
      vault_->read(id, [this, id](const Result<std::optional<QString>>& key) {
        const bool back = find(id) != nullptr;  // undone meanwhile: its key stays where it is
        if (!back && removed_ && removed_->entry.id == id && key) removed_->key = *key;
        if (!back) forget_key(id);
      });
    }
  }
  Q_EMIT changed();
}

QString RemoteServers::bring_back() {
  if (!removed_) return {};
  const Removed back = *std::exchange(removed_, std::nullopt);
  entries_.insert(entries_.begin() + std::ptrdiff_t(std::min(back.row, entries_.size())), back.entry);
  if (back.key) keep_key(back.entry.id, *back.key);
  Q_EMIT changed();
  return back.entry.id;
}

void RemoteServers::keep_key(const QString& id, const QString& key) {
  keys_[id] = key;  // for this run in any case: the keyring need not be asked again
  vault_->keep(id, key, [this, id](const Result<void>& kept) {
    if (!kept && find(id) != nullptr) Q_EMIT keptForThisRun(QString::fromStdString(kept.error().text()));
  });
}

void RemoteServers::forget_key(const QString& id) {
  keys_.erase(id);
  vault_->forget(id, [](const Result<void>&) {});  // where there is no keyring, nothing is in it
}

void RemoteServers::call_for(const QString& id, std::function<void(const Result<ServerCall>&)> done) {
  const ServerEntry* entry = find(id);
  if (entry == nullptr)
    return done(Error{ErrorCode::kNotFound,
                      tr("This server is not in the list any more.").toStdString(),
                      tr("Add it again.").toStdString(),
                      {}});
  ServerCall call{
      entry->address.toStdString(), entry->model.toStdString(), {}, entry->insecure_key, entry->reduction};
  if (!entry->has_key) return done(call);
  if (const auto known = keys_.find(id); known != keys_.end()) {
    call.key = known->second.toStdString();
    return done(call);
  }
  vault_->read(id, [this, id, call,
                    done = std::move(done)](const Result<std::optional<QString>>& key) mutable {
    if (!key) return done(key.error());
    if (!*key)
      return done(Error{
          ErrorCode::kForbidden,
          tr("The key of %1 is not kept any more.").arg(QString::fromStdString(call.address)).toStdString(),
          tr("Enter it again under Edit.").toStdString(),
          {}});
    keys_[id] = **key;
    call.key = (*key)->toStdString();
    done(call);
  });
}

}  // namespace fovea::ui
