#pragma once

#include "core/watch/rules.h"
#include "ui/monitor_series.h"

#include <QRectF>
#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

namespace fovea::ui {

/// One gauge over a range of time: its mean as a line, what it was between as a band, broken where nobody
/// looked; limits of rules as dashed lines; a mark where one of them began to hold. The pointer and the arrow
/// keys read values off. GUI thread.
class GaugeChart : public QWidget {
  Q_OBJECT

 public:
  explicit GaugeChart(watch::Gauge gauge, QWidget* parent = nullptr);

  watch::Gauge gauge() const { return gauge_; }
  void set(const Series& series, double from, double to);
  /// Rules of this gauge that are applied, which of them hold, and when they began to.
  void set_rules(std::vector<double> limits, bool standing, std::vector<double> began);
  /// The time at which values are read off, of all charts together; nothing: the newest.
  void set_cursor(std::optional<double> time);
  const Series& series() const { return series_; }
  /// What is written at the right: the value at the cursor, or the newest.
  QString value_text() const;
  /// Where the top of the scale is written: beside the plot, where no line is drawn.
  QRectF scale_top() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void cursorMoved(const std::optional<double>& time);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  QFont small_font() const;
  int head_height() const;
  int scale_width() const;
  QRectF plot() const;
  double x_of(const QRectF& plot, double time) const;
  double time_at(const QRectF& plot, double x) const;
  const Slice* shown_slice() const;
  double ceiling() const;
  void step(int slices);
  void tell();
  void paint_times(QPainter& painter, const QRectF& plot) const;
  void paint_curve(QPainter& painter, const QRectF& plot, double top) const;
  void paint_rules(QPainter& painter, const QRectF& plot, double top) const;
  void paint_cursor(QPainter& painter, const QRectF& plot, double top) const;

  const watch::Gauge gauge_;
  Series series_;
  double from_ = 0.0;
  double to_ = 1.0;
  std::vector<double> limits_;
  std::vector<double> began_;
  bool standing_ = false;
  std::optional<double> cursor_;
};

}  // namespace fovea::ui
