#pragma once

#include <QApplication>
#include <QPointer>

namespace fovea::test {

/// An application that measures what its window costs: each event of the event loop in time on the clock and
/// in processor time of the GUI thread; of them what repaints; and each repainting in which one panel had a
/// part.
class PaintClock : public QApplication {
 public:
  /// Since reset().
  struct Costs {
    double clock = 0.0;          ///< seconds since then
    double busy = 0.0;           ///< seconds of the GUI thread's processor time
    double painting = 0.0;       ///< of those: events that repaint, flushing to the screen included
    double longest = 0.0;        ///< seconds on the clock of the longest event
    int frames = 0;              ///< times that something was repainted
    int panel_frames = 0;        ///< times that the panel, or a part of it, was
    double panel = 0.0;          ///< seconds of processor time that its own painting took
    double panel_longest = 0.0;  ///< of one time
  };

  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override;

  void watch(QWidget* panel) { panel_ = panel; }
  void reset();
  Costs costs() const;

 private:
  bool paint(QObject* receiver, QEvent* event);

  QPointer<QWidget> panel_;
  Costs costs_;
  double begun_ = 0.0;
  double busy_before_ = 0.0;
  double panel_now_ = 0.0;  ///< of the event under way
  int depth_ = 0;
};

}  // namespace fovea::test
