#pragma once

#include "ui/bench/run_kinds.h"

#include <QWidget>
#include <functional>

class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace fovea::ui {

/// Sets a run up: which one, and its parameters with their usual values. Shows the command that does the same
/// in a terminal.
class RunForm : public QWidget {
  Q_OBJECT

 public:
  explicit RunForm(QWidget* parent = nullptr);

  /// What runs are measured on from now on. An empty folder: there is no model.
  void set_model(const RunModel& model, const QString& name);
  /// Why nothing can be begun now; empty: it can.
  void set_obstacle(const QString& why);
  /// Picks a run by its place in run_kinds().
  void pick(int kind);
  /// Why runs through a browser can't be measured here; empty: they can. They are greyed out.
  void set_browser_obstacle(const QString& why);

 Q_SIGNALS:
  void startWanted(const std::vector<std::string>& arguments);

 private:
  /// A field of the form: how it is read.
  using Reader = std::function<QString()>;

  void show_kind();
  QWidget* field_of(const RunParameter& parameter, Reader& reader);
  QWidget* file_field(const RunParameter& parameter, Reader& reader);
  std::vector<QString> values() const;
  std::vector<std::string> arguments() const;
  void show_command();
  void show_start();

  const std::vector<RunKind> kinds_;
  RunModel model_;
  QString obstacle_;
  QComboBox* kind_;
  QLabel* what_;
  QLabel* model_text_;
  QWidget* fields_ = nullptr;
  QLabel* fault_;  // of what is typed
  QLabel* command_;
  QPushButton* start_;
  std::vector<Reader> readers_;
};

}  // namespace fovea::ui
