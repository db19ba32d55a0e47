#pragma once

#include "ui/bench/run_export.h"
#include "ui/bench/run_form.h"
#include "ui/bench/run_tables.h"
#include "ui/task_thread.h"

#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace fovea::ui {

class BarChart;
class BenchRunner;
class CellTableModel;
class ComparisonView;
class RunView;

/// Measuring: sets a run up, shows how far it is, lists the runs that are kept, opens, compares and exports
/// them. Reads and compares on a thread of its own.
class BenchPanel : public QWidget {
  Q_OBJECT

 public:
  explicit BenchPanel(BenchRunner& runner, std::function<bool()> has_browser = {}, QWidget* parent = nullptr);
  ~BenchPanel() override;

  void set_model(const RunModel& model, const QString& name);
  /// Why no run can be begun now, beside one that goes on; empty: it can.
  void set_obstacle(const QString& why);
  /// One step out. False: there is nothing to leave here.
  bool step_back();
  void open_run(const QString& folder);

  RunForm& form() { return *form_; }
  RunView& view() { return *view_; }
  ComparisonView& comparison() { return *comparison_; }
  QTableView& runs() { return *runs_; }

 Q_SIGNALS:
  /// Right before the run begins.
  void starting();

 private:
  QWidget* make_progress();
  QWidget* make_runs();
  void show_running();
  void show_progress();
  void show_choice();
  void refresh();
  void open_chosen();
  void open_other();
  void compare_chosen();
  void remove_chosen();
  void save(RunFormat format);
  void show_problem(const QString& problem);

  BenchRunner& runner_;
  QString obstacle_;
  std::vector<KeptRun> kept_;
  QStackedWidget* pages_;
  RunForm* form_;
  QLabel* problem_;
  QWidget* progress_;
  QLabel* step_;
  QLabel* left_;
  QProgressBar* bar_;
  QPushButton* stop_;
  BarChart* live_;
  CellTableModel* run_model_;
  QTableView* runs_;
  QLabel* empty_;
  QPushButton* open_;
  QPushButton* compare_;
  QPushButton* remove_;
  RunView* view_;
  ComparisonView* comparison_;
  TaskThread reading_;  // last: it ends before what it uses
};

}  // namespace fovea::ui
