#pragma once

#include "ui/settings.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace fovea::ui {

class LocalServer;

/// The server that answers other programs with the window's model: on or off, where, for whom, and what goes
/// through it. Each change takes effect at once.
class ServerDialog : public QDialog {
  Q_OBJECT

 public:
  ServerDialog(const Settings& settings, LocalServer& server, QWidget* parent = nullptr);
  /// Where callers' questions go on to while a server elsewhere is the engine: its host and port, and whether
  /// that is this machine. Empty: they are answered in this program. `longest_side`: to which pictures are
  /// made smaller first, in pixels; 0: they go as they are.
  void set_destination(const QString& host, bool loopback, int longest_side = 0);

 Q_SIGNALS:
  void changed(const fovea::ui::Settings& settings);

 private:
  QWidget* make_choices();
  QWidget* make_address();
  void tell();
  void show_state();
  void show_counts();

  Settings settings_;
  LocalServer& server_;
  QLabel* destination_;
  QCheckBox* on_;
  QSpinBox* port_;
  QCheckBox* key_wanted_;
  QCheckBox* network_;
  QLabel* state_;
  QLabel* address_;
  QPushButton* open_;
  QPushButton* copy_address_;
  QWidget* key_row_;
  QLabel* key_;
  QPushButton* again_;
  QLabel* counts_;
  QTimer counts_timer_;
};

}  // namespace fovea::ui
