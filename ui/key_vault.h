#pragma once

#include "core/api/error.h"

#include <QString>
#include <functional>
#include <memory>
#include <optional>

namespace fovea::ui {

/// Where keys are kept for longer than a run. Its functions are called on the GUI thread and return at once;
/// each calls back once, on that thread, at the latest after `kVaultPatienceMs`. Destroying it drops what was
/// not answered.
class KeyVault {
 public:
  using Done = std::function<void(const Result<void>&)>;
  using Read = std::function<void(const Result<std::optional<QString>>&)>;

  virtual ~KeyVault() = default;

  /// Errors: kUnsupported (there is none, or it is locked and stays so), with what the system said.
  virtual void keep(const QString& id, const QString& key, Done done) = 0;
  /// Nothing where no key has this id.
  virtual void read(const QString& id, Read done) = 0;
  /// One that is not there is no error.
  virtual void forget(const QString& id, Done done) = 0;
};

/// A keyring may ask the user for its password first.
inline constexpr int kVaultPatienceMs = 60'000;

/// The system's keyring: Secret Service (GNOME, KDE) through libsecret where that is installed, else KWallet.
/// Entries stand there under the service "fovea". What it writes there survives this program's settings.
std::unique_ptr<KeyVault> system_key_vault();

}  // namespace fovea::ui
