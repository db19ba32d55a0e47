#pragma once

#include <QRectF>
#include <QString>
#include <QWidget>
#include <deque>
#include <vector>

namespace fovea::ui {

/// One line over the last two minutes, with its highest value. Painted when it is told something new, so at
/// most as often, and not where that would look the same: an idle window costs what it paints.
class LineChart : public QWidget {
 public:
  /// `ceiling`: the top of the scale; 0: the highest value that is shown.
  LineChart(const QString& name, QRgb color, double ceiling, QWidget* parent = nullptr);

  /// The newest value, which held for so many steps of kStepMs.
  void add(double value, int steps = 1);
  void set_ceiling(double ceiling) { ceiling_ = ceiling; }
  /// How the newest and the highest value are written.
  void set_texts(const QString& now, const QString& top);
  const std::deque<double>& values() const { return values_; }
  /// Where the highest value is written: beside the plot, where no line is drawn.
  QRectF scale_top() const;
  QSize sizeHint() const override { return {260, 64}; }
  QSize minimumSizeHint() const override { return {160, 56}; }

  static constexpr int kStepMs = 500;
  static constexpr std::size_t kShown = 240;  ///< values: two minutes of steps

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  /// All that its picture depends on, but for the theme: heights in pixels, from the newest back.
  struct Picture {
    QSize size;
    QString now;
    QString top;
    std::vector<int> heights;

    bool operator==(const Picture&) const = default;
  };

  double top_value() const;
  Picture picture() const;
  void paint_if_new();

  QString name_;
  QRgb color_;
  double ceiling_;
  QString now_;
  QString top_;
  std::deque<double> values_;
  Picture painted_;
};

/// A large figure with its name and its last twenty values as a line.
class FigureTile : public QWidget {
 public:
  FigureTile(const QString& name, const QString& formula, QWidget* parent = nullptr);

  void set(const QString& text);
  void add(double value, const QString& text);
  void clear();
  QSize sizeHint() const override { return {120, 66}; }
  QSize minimumSizeHint() const override { return {100, 66}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString name_;
  QString text_;
  std::deque<double> values_;
};

}  // namespace fovea::ui
