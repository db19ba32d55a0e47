#include "ui/key_vault.h"
#include "ui/words.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <utility>

#include <qt6keychain/keychain.h>

namespace fovea::ui {
namespace {

QString service() {
  return QStringLiteral("fovea");
}

/// What the ended job says, or null: it has not ended in time.
Error vault_fault(const QKeychain::Job* job) {
  const QString why = job == nullptr ? tr("it gave no answer in %1 s").arg(kVaultPatienceMs / 1000)
                                     : job->errorString().simplified();
  const QString end = why.endsWith(u'.') ? QString() : QStringLiteral(".");
  return {ErrorCode::kUnsupported,
          (why.isEmpty() ? tr("This system's keyring can't be used.")
                         : tr("This system's keyring can't be used: %1").arg(why + end))
              .toStdString(),
          tr("A keyring (GNOME Keyring, KWallet, KeePassXC) has to run and be unlocked.").toStdString(),
          {}};
}

class SystemKeyVault final : public KeyVault {
 public:
  void keep(const QString& id, const QString& key, Done done) override {
    auto* job = new QKeychain::WritePasswordJob(service());
    job->setTextData(key);
    run(job, id, [done = std::move(done)](const QKeychain::Job* ended) {
      done(ended != nullptr && ended->error() == QKeychain::NoError ? Result<void>() : vault_fault(ended));
    });
  }

  void read(const QString& id, Read done) override {
    auto* job = new QKeychain::ReadPasswordJob(service());
    run(job, id, [done = std::move(done)](const QKeychain::Job* ended) {
      if (ended == nullptr) return done(vault_fault(ended));
      if (ended->error() == QKeychain::EntryNotFound) return done(std::optional<QString>());
      if (ended->error() != QKeychain::NoError) return done(vault_fault(ended));
      const QString key = static_cast<const QKeychain::ReadPasswordJob*>(ended)->textData();
      done(key.isEmpty() ? std::optional<QString>() : std::optional(key));
    });
  }

  void forget(const QString& id, Done done) override {
    auto* job = new QKeychain::DeletePasswordJob(service());
    run(job, id, [done = std::move(done)](const QKeychain::Job* ended) {
      const bool gone = ended != nullptr &&
                        (ended->error() == QKeychain::NoError || ended->error() == QKeychain::EntryNotFound);
      done(gone ? Result<void>() : vault_fault(ended));
    });
  }

 private:
  using Ended = std::function<void(const QKeychain::Job*)>;

  /// The job deletes itself once it has ended, which may be after our patience: it is not told then.
  void run(QKeychain::Job* job, const QString& id, Ended ended) {
    job->setKey(id);
    job->setInsecureFallback(false);
    auto* wait = new QTimer(&waits_);
    wait->setSingleShot(true);
    const auto once = std::make_shared<Ended>(std::move(ended));
    const auto tell = [wait = QPointer<QTimer>(wait), once](const QKeychain::Job* which) {
      if (!*once) return;
      const Ended call = std::exchange(*once, {});
      if (wait) wait->deleteLater();
      call(which);
    };
    QObject::connect(job, &QKeychain::Job::finished, &waits_, tell);
    QObject::connect(wait, &QTimer::timeout, &waits_, [tell] { tell(nullptr); });
    wait->start(kVaultPatienceMs);
    job->start();
  }

  QObject waits_;
};

}  // namespace

std::unique_ptr<KeyVault> system_key_vault() {
  return std::make_unique<SystemKeyVault>();
}

}  // namespace fovea::ui
