#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include <QtGui/qrgb.h>

namespace fovea::ui {

/// A piece of a bar. Pieces are told apart by their order, their hatching and their names, not by colour
/// alone.
struct BarPart {
  QString name;
  double value = 0.0;
  QRgb color = 0;  ///< 0: the accent
};

/// A row of the chart.
struct Bar {
  QString label;
  std::vector<BarPart> parts;  ///< from 0 on, one behind the other
  double low = 0.0;            ///< the band; low == high: none
  double high = 0.0;
  QString text;  ///< the value as it is written beside the bar

  double value() const;
};

/// Bars one below the other, all from 0, each with its value in words. Arrow keys go from bar to bar, Enter
/// and a click choose one; what is current is told to assistive technology.
class BarChart : public QWidget {
  Q_OBJECT

 public:
  explicit BarChart(QWidget* parent = nullptr);

  /// `title`: what the bars show, with its unit.
  void set(const QString& title, std::vector<Bar> bars);
  const std::vector<Bar>& bars() const { return bars_; }
  int current() const { return current_; }
  void set_current(int bar);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void activated(int bar);
  void currentChanged(int bar);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int row_height() const;
  int bar_at(const QPoint& place) const;
  QString words(int bar) const;
  void tell();
  void paint_bar(QPainter& painter, const Bar& bar, const QRectF& track, double top) const;

  QString title_;
  std::vector<Bar> bars_;
  int current_ = 0;
};

}  // namespace fovea::ui
