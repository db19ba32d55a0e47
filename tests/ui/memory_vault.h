#pragma once

#include "ui/key_vault.h"

#include <map>
#include <memory>
#include <utility>

namespace fovea::test {

/// What a keyring of a test holds, and does; shared between the vaults of several starts.
struct VaultState {
  std::map<QString, QString> keys;
  bool works = true;  ///< false: as where no keyring runs
  int asked = 0;      ///< calls of any kind
};

/// A keyring in memory, which answers at once.
class MemoryVault final : public ui::KeyVault {
 public:
  explicit MemoryVault(std::shared_ptr<VaultState> state) : state_(std::move(state)) {}

  void keep(const QString& id, const QString& key, Done done) override {
    ++state_->asked;
    if (state_->works) state_->keys[id] = key;
    done(state_->works ? Result<void>() : none());
  }
  void read(const QString& id, Read done) override {
    ++state_->asked;
    if (!state_->works) return done(none());
    const auto found = state_->keys.find(id);
    done(found == state_->keys.end() ? std::optional<QString>() : std::optional(found->second));
  }
  void forget(const QString& id, Done done) override {
    ++state_->asked;
    state_->keys.erase(id);
    done(state_->works ? Result<void>() : none());
  }

 private:
  static Error none() { return {ErrorCode::kUnsupported, "No keyring runs.", "Start one.", {}}; }

  const std::shared_ptr<VaultState> state_;
};

}  // namespace fovea::test
