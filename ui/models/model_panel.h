#pragma once

#include "ui/engine_bridge.h"
#include "ui/services.h"
#include "ui/task_thread.h"

#include <QWidget>

class QLabel;
class QListView;
class QProgressBar;
class QPushButton;

namespace fovea::ui {

class ModelListModel;

/// The models on this machine, which is loaded, and loading others.
class ModelPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ModelPanel(const WindowServices& services, QWidget* parent = nullptr);
  ~ModelPanel() override;

  void set_status(const EngineStatus& status);
  /// Looks for models again.
  void refresh();

 Q_SIGNALS:
  void loadWanted(const QString& folder);
  void unloadWanted();
  void cancelWanted();

 private:
  void show_choice();
  void choose_folder();

  const WindowServices& services_;
  ModelListModel* model_;
  EngineStatus status_;
  QLabel* name_;
  QLabel* facts_;
  QLabel* problem_;
  QProgressBar* progress_;
  QPushButton* unload_;
  QListView* list_;
  QLabel* empty_;
  QPushButton* load_;
  TaskThread looking_;
};

}  // namespace fovea::ui
