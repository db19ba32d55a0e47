#pragma once

#include "ui/engine_bridge.h"
#include "ui/key_vault.h"
#include "ui/remote_service.h"
#include "ui/server_entry.h"

#include <QObject>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace fovea::ui {

/// The servers elsewhere that the user keeps, and their keys: in the system's keyring, or, where there is
/// none, in memory for this run. GUI thread.
class RemoteServers : public QObject {
  Q_OBJECT

 public:
  RemoteServers(RemoteServices services, std::unique_ptr<KeyVault> vault, std::vector<ServerEntry> entries,
                QObject* parent = nullptr);

  /// Whether this build can use them at all.
  bool available() const { return static_cast<bool>(services_.connect); }
  const RemoteServices& services() const { return services_; }
  const std::vector<ServerEntry>& entries() const { return entries_; }
  /// Null: there is none.
  const ServerEntry* find(const QString& id) const;
  /// Where it is; an address that makes no sense stands as its host.
  ServerSource source(const ServerEntry& entry) const;

  /// Adds it, or takes the place of the one with its id. `key`: a new one, empty for none; nothing: as it
  /// was.
  void put(const ServerEntry& entry, const std::optional<QString>& key);
  /// Its key is forgotten too. Until the program ends, or another is removed, bring_back() undoes it.
  void remove(const QString& id);
  /// The id of the entry that is there again; empty: there was nothing to undo.
  QString bring_back();

  /// What connecting to it takes, its key included; called back soon, or once the keyring was unlocked.
  /// Errors: kNotFound (no such server), kForbidden (its key is not there any more), the keyring's.
  void call_for(const QString& id, std::function<void(const Result<ServerCall>&)> done);

 Q_SIGNALS:
  /// entries() is another.
  void changed();
  /// A key could not be put into the keyring and is kept for this run: why, in words.
  void keptForThisRun(const QString& why);

 private:
  struct Removed {
    ServerEntry entry;
    std::size_t row = 0;
    std::optional<QString> key;
  };

  void keep_key(const QString& id, const QString& key);
  void forget_key(const QString& id);

  const RemoteServices services_;
  std::vector<ServerEntry> entries_;
  std::map<QString, QString> keys_;  // by id: those of this run
  std::optional<Removed> removed_;
  std::unique_ptr<KeyVault> vault_;  // last: it calls back into the rest
};

}  // namespace fovea::ui
