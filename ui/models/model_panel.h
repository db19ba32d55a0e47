#pragma once

#include "ui/engine_bridge.h"
#include "ui/services.h"
#include "ui/task_thread.h"

#include <QWidget>
#include <vector>

class QLabel;
class QListView;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace fovea::ui {

class ModelListModel;
struct ServerRow;

/// The models on this machine and the servers elsewhere, which of them answers, and choosing another.
class ModelPanel : public QWidget {
  Q_OBJECT

 public:
  ModelPanel(const WindowServices& services, const EngineOptions& wishes, const QStringList& folders,
             QWidget* parent = nullptr);
  ~ModelPanel() override;

  /// `comes_back`: none is loaded, but the next question loads the one of before.
  void set_status(const EngineStatus& status, bool comes_back = false);
  /// What a model is loaded with from now on, which decides whether it fits: the list is made anew.
  void set_wishes(const EngineOptions& wishes);
  /// Folders whose models are listed beside those that are found.
  void set_folders(const QStringList& folders);
  /// The servers that can be chosen.
  void set_servers(std::vector<ServerRow> servers);
  /// Chooses the row of a folder or a server's id in the list, once it is there.
  void choose(const QString& id);
  /// Looks for models again.
  void refresh();

 Q_SIGNALS:
  void loadWanted(const QString& folder);
  /// A folder that was chosen by hand.
  void folderWanted(const QString& folder);
  void serverWanted(const QString& id);
  void addServerWanted();
  void editServerWanted(const QString& id);
  void removeServerWanted(const QString& id);
  /// Of what was done last to the servers.
  void undoWanted();
  void unloadWanted();
  /// A folder; empty: the model without the adapter that it has.
  void adapterWanted(const QString& folder);
  void cancelWanted();

 private:
  QWidget* make_list();
  QWidget* make_buttons();
  void connect_list();
  void show_choice();
  void show_facts();
  void show_adapter();
  void change_adapter();
  void choose_folder();
  void use_choice();
  /// False: the list has no such row.
  bool go_to(const QString& id);
  /// Of what answers or is loading, as the list has it.
  static QString id_of(const EngineStatus& status);
  void show_menu(const QPoint& at);
  /// Id of the chosen row if it is a server's; empty: it is none.
  QString chosen_server() const;

  const WindowServices& services_;
  EngineOptions wishes_;
  std::vector<std::string> folders_;
  ModelListModel* model_;
  QString awaited_;  // the row to be chosen that is not there yet
  EngineStatus status_;
  QLabel* name_;
  QLabel* facts_;
  QLabel* problem_;
  QProgressBar* progress_;
  QPushButton* unload_;
  QPushButton* adapter_;
  QListView* list_;
  QLabel* empty_;
  QLabel* why_;  // the chosen one can't be loaded; its row may be too narrow for it
  QPushButton* load_;
  QToolButton* edit_;
  QToolButton* remove_;
  TaskThread looking_;
};

}  // namespace fovea::ui
