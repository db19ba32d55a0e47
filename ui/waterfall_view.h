#pragma once

#include "ui/stage_words.h"

#include <QWidget>

namespace fovea::ui {

/// Where the time of one answer went: one bar a stage, each beginning where the one before it ends, with its
/// seconds and its share. Hovering a row tells how its figure is made; screen readers get the rows as text.
class WaterfallView : public QWidget {
 public:
  explicit WaterfallView(QWidget* parent = nullptr);

  void set_figures(const AnswerFigures& figures);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int row_height() const;

  std::vector<StageRow> rows_;
};

}  // namespace fovea::ui
