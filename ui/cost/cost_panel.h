#pragma once

#include "core/bench/measured_power.h"
#include "core/bench/report/run_record.h"
#include "core/cost/cost_report.h"
#include "ui/chat_types.h"
#include "ui/lab_services.h"
#include "ui/task_thread.h"

#include <QTimer>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTableView;

namespace fovea::ui {

class CellTableModel;
class CostForm;

/// What answers cost: every input to be changed, every result with its formula, in the user's currency; and
/// what those of the open chat cost. Counts on a thread of its own, since a queue may be simulated.
class CostPanel : public QWidget {
  Q_OBJECT

 public:
  explicit CostPanel(const LabServices& services, QWidget* parent = nullptr);
  ~CostPanel() override;

  /// Takes the speed of a run where no speed is typed, and its watts where no watts are; says which it did
  /// not tell. One that tells only one of them leaves the other as it was.
  void set_run(const bench::RunRecord& record);
  /// The conversation whose answers are priced.
  void set_messages(std::vector<ChatMessage> messages);

  CostForm& form() { return *form_; }
  QTableView& results() { return *results_; }
  QTableView& answers() { return *answers_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* make_results();
  void read_prices();
  void keep_prices();
  void count();
  QString power_text(const bench::MeasuredPower& power) const;
  void show_report(const cost::CostReport& report);
  void show_answers();
  void show_problem(const QString& problem);

  const LabServices services_;
  std::vector<cost::ApiPrice> apis_;
  std::vector<cost::Measurement> measurements_;
  cost::CostInputs measured_power_;  // only its watts
  std::vector<ChatMessage> messages_;
  std::optional<cost::HourlyCost> hour_;
  QString currency_;
  quint64 counting_ = 0;  // the newest; results of older ones are dropped
  QTimer wait_;
  CostForm* form_;
  QPushButton* keep_;
  QLabel* speed_;
  QLabel* power_;
  QLabel* problem_;
  CellTableModel* result_model_;
  QTableView* results_;
  QLabel* notes_;
  CellTableModel* answer_model_;
  QTableView* answers_;
  QLabel* no_answers_;
  TaskThread work_;  // last: it ends before what it uses
};

}  // namespace fovea::ui
