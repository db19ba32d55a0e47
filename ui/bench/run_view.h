#pragma once

#include "core/bench/report/run_record.h"
#include "ui/bench/bar_chart.h"
#include "ui/bench/run_export.h"

#include <QWidget>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace fovea::ui {

class CellTableModel;
class WaterfallView;

/// A run that was measured: each figure as a chart or all as a table, the tables of its report, the requests
/// behind a bar, and where the time of one of them went.
class RunView : public QWidget {
  Q_OBJECT

 public:
  explicit RunView(QWidget* parent = nullptr);

  void set_run(std::shared_ptr<const bench::RunRecord> record, const QString& folder);
  const std::shared_ptr<const bench::RunRecord>& run() const { return record_; }
  const QString& folder() const { return folder_; }
  /// One step out: from the requests to the groups. False: there is nothing to leave here.
  bool step_back();
  void focus_result();

  BarChart& chart() { return *chart_; }
  QTableView& groups() { return *groups_; }
  QTableView& requests() { return *requests_; }
  QComboBox& figure() { return *figure_; }
  QTableView& report_table() { return *report_; }

 Q_SIGNALS:
  void backWanted();
  void exportWanted(fovea::ui::RunFormat format);
  /// What the run's speed costs.
  void costWanted(const std::shared_ptr<const fovea::bench::RunRecord>& run);

 private:
  QWidget* make_head();
  QWidget* make_result();
  QWidget* make_requests();
  void show_figure();
  void show_report_table(const bench::ReportTable& table);
  void show_page();
  void toggle_table();
  void open_group(int group);
  void show_request();

  std::shared_ptr<const bench::RunRecord> record_;
  QString folder_;
  std::vector<const bench::RequestRecord*> shown_;  // requests of the table below
  QLabel* title_;
  QLabel* facts_;
  QLabel* findings_;
  QComboBox* figure_;
  QPushButton* as_table_;
  QStackedWidget* pages_;
  BarChart* chart_;
  CellTableModel* group_model_;
  QTableView* groups_;
  CellTableModel* report_model_;
  QTableView* report_;
  QLabel* remark_;
  QWidget* below_;
  QLabel* requests_title_;
  CellTableModel* request_model_;
  QTableView* requests_;
  QLabel* request_title_;
  WaterfallView* waterfall_;
};

}  // namespace fovea::ui
