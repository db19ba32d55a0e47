#pragma once

#include "ui/performance/machine_table.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace fovea::ui {

/// The machine's figures as rows of name, value and share, what is about to be full above them, and below
/// them what can't be read here and why.
class MachineView : public QWidget {
  Q_OBJECT

 public:
  explicit MachineView(QWidget* parent = nullptr);

  void set_table(const MachineTable& table);

 private:
  class ShareBar;
  struct Line {
    QLabel* name;
    QLabel* value;
    QWidget* value_place;
    ShareBar* share;
  };

  QLabel* alert_;
  QGridLayout* grid_;
  QLabel* absent_;
  std::vector<Line> lines_;
};

}  // namespace fovea::ui
