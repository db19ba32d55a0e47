#pragma once

#include "ui/stage_words.h"

#include <QWidget>

namespace fovea::ui {

/// Where the time of one answer went: one bar a stage, each beginning where the one before it ends, with its
/// seconds and its share. A thin mark across all rows shows when the first token was forecast. Hovering a row
/// tells how its figure is made; screen readers get the rows as text.
class WaterfallView : public QWidget {
  Q_OBJECT

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
  double forecast_ = 0.0;  // seconds from the question to the first token, the queue counted; 0: not known
};

}  // namespace fovea::ui
