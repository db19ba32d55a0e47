#pragma once

#include "ui/remote_servers.h"
#include "ui/server_probe.h"

#include <QDialog>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace fovea::ui {

class UploadFields;

/// Adds a server elsewhere, or changes one: its address, a key, which of its models. It is tried before it is
/// kept; one that does not answer can be kept all the same, once that was said.
class RemoteServerDialog : public QDialog {
  Q_OBJECT

 public:
  /// `entry`: the one to change; nothing: a new one.
  RemoteServerDialog(RemoteServers& servers, ServerProbe& probe, const std::optional<ServerEntry>& entry,
                     QWidget* parent = nullptr);

  /// What was entered; with the id of the entry that is changed.
  ServerEntry entry() const;
  /// As RemoteServers::put() takes it: nothing where it stays as it is kept.
  std::optional<QString> key() const;

  void done(int result) override;

 protected:
  bool event(QEvent* event) override;

 private:
  /// What the next answer of the probe is for.
  enum class Step { kList, kTest, kKeep };
  /// How the trial of what is entered went.
  enum class Tried { kNot, kWell, kBadly };

  QWidget* make_fields();
  QWidget* make_model_row();
  QWidget* make_buttons();
  void connect_probe();
  void edited();
  void show_place();
  void show_busy();
  void say(const QString& text, bool bad);
  bool uses_kept_key() const;
  /// Why nothing can be asked yet; empty: it can.
  QString obstacle() const;
  void begin(Step step);
  void ask(const ServerCall& call);
  void take_models(const std::vector<ServerModel>& models);
  void take_trial(const ServerTrial& trial);

  RemoteServers& servers_;
  ServerProbe& probe_;
  const std::optional<ServerEntry> before_;
  const QString id_;
  Step step_ = Step::kList;
  bool waits_for_key_ = false;  // the keyring has been asked
  quint64 asked_ = 0;           // number of the question to the keyring; answers to older ones are dropped
  Tried tried_ = Tried::kNot;
  QLineEdit* address_;
  QLabel* place_;
  QCheckBox* wants_key_;
  QLineEdit* key_;
  QCheckBox* insecure_;
  QComboBox* model_;
  QPushButton* list_;
  UploadFields* upload_;
  QProgressBar* progress_;
  QLabel* said_;
  QPushButton* test_;
  QPushButton* keep_;
};

}  // namespace fovea::ui
