#include "paint_clock.h"

#include <QThread>
#include <QWidget>
#include <algorithm>
#include <ctime>

namespace fovea::test {
namespace {

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

}  // namespace

void PaintClock::reset() {
  costs_ = {};
  begun_ = seconds(CLOCK_MONOTONIC);
  busy_before_ = seconds(CLOCK_THREAD_CPUTIME_ID);
}

PaintClock::Costs PaintClock::costs() const {
  Costs out = costs_;
  out.clock = seconds(CLOCK_MONOTONIC) - begun_;
  out.busy = seconds(CLOCK_THREAD_CPUTIME_ID) - busy_before_;
  return out;
}

bool PaintClock::paint(QObject* receiver, QEvent* event) {
  auto* widget = qobject_cast<QWidget*>(receiver);
  const bool of_panel = panel_ && widget != nullptr && (widget == panel_ || panel_->isAncestorOf(widget));
  if (!of_panel) return QApplication::notify(receiver, event);
  const double begin = seconds(CLOCK_THREAD_CPUTIME_ID);
  const bool handled = QApplication::notify(receiver, event);
  panel_now_ += seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
  return handled;
}

bool PaintClock::notify(QObject* receiver, QEvent* event) {
  if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
  if (depth_ > 0) {
    return event->type() == QEvent::Paint ? paint(receiver, event) : QApplication::notify(receiver, event);
  }
  const bool repaints = event->type() == QEvent::UpdateRequest || event->type() == QEvent::Expose;
  panel_now_ = 0.0;
  ++depth_;
  const double clock = seconds(CLOCK_MONOTONIC);
  const double busy = seconds(CLOCK_THREAD_CPUTIME_ID);
  const bool handled = QApplication::notify(receiver, event);
  costs_.longest = std::max(costs_.longest, seconds(CLOCK_MONOTONIC) - clock);
  if (repaints) {
    ++costs_.frames;
    costs_.painting += seconds(CLOCK_THREAD_CPUTIME_ID) - busy;
  }
  if (panel_now_ > 0.0) {
    ++costs_.panel_frames;
    costs_.panel += panel_now_;
    costs_.panel_longest = std::max(costs_.panel_longest, panel_now_);
  }
  --depth_;
  return handled;
}

}  // namespace fovea::test
