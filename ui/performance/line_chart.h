#pragma once

#include <QString>
#include <QWidget>
#include <deque>

namespace fovea::ui {

/// One line over the last two minutes, with its highest value. Painted when told a new value, so at most as
/// often.
class LineChart : public QWidget {
 public:
  /// `ceiling`: the top of the scale; 0: the highest value that is shown.
  LineChart(const QString& name, QRgb color, double ceiling, QWidget* parent = nullptr);

  void add(double value, bool paints = true);
  void set_ceiling(double ceiling) { ceiling_ = ceiling; }
  /// How the newest and the highest value are written.
  void set_texts(const QString& now, const QString& top);
  const std::deque<double>& values() const { return values_; }
  QSize sizeHint() const override { return {260, 64}; }
  QSize minimumSizeHint() const override { return {160, 56}; }

  static constexpr std::size_t kShown = 240;  ///< values: two minutes at two a second

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString name_;
  QRgb color_;
  double ceiling_;
  QString now_;
  QString top_;
  std::deque<double> values_;
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
