#pragma once

#include "ui/forecast_words.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace fovea::ui {

/// What the question would take, under where it is written; with the way out where it would not be let in.
/// Hidden while there is nothing to say.
class ForecastLine : public QWidget {
  Q_OBJECT

 public:
  explicit ForecastLine(QWidget* parent = nullptr);

  void set_words(const ForecastWords& words);

 Q_SIGNALS:
  /// Pictures of so many pixels each are wanted.
  void fitWanted(qint64 max_pixels);

 private:
  QLabel* text_;
  QPushButton* fit_;
  qint64 fitting_pixels_ = 0;
};

}  // namespace fovea::ui
