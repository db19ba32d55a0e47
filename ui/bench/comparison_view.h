#pragma once

#include "core/bench/report/run_comparison.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace fovea::ui {

class CellTableModel;

/// Two runs set against each other: each figure with the band of its change and a verdict, and what else
/// differs between them.
class ComparisonView : public QWidget {
  Q_OBJECT

 public:
  explicit ComparisonView(QWidget* parent = nullptr);

  void set(const bench::RunRecord& before, const bench::RunRecord& after,
           const bench::RunComparison& comparison);
  QTableView& table() { return *table_; }

 Q_SIGNALS:
  void backWanted();

 private:
  QLabel* runs_;
  QLabel* verdicts_;
  QTableView* table_;
  CellTableModel* model_;
  QLabel* circumstances_;
};

}  // namespace fovea::ui
