#include "ui/chat/discard.h"

#include "ui/chat/markdown_view.h"

#include <QElapsedTimer>
#include <QTimer>

namespace fovea::ui {
namespace {

constexpr int kDiscardSliceMs = 8;

}  // namespace

void discard(QWidget* widget) {
  widget->hide();
  auto* timer = new QTimer(widget);
  QObject::connect(timer, &QTimer::timeout, widget, [widget, timer] {
    QElapsedTimer spent;
    spent.start();
    while (spent.elapsed() < kDiscardSliceMs) {
      auto* part = widget->findChild<MarkdownView*>();
      if (part == nullptr) {
        timer->stop();
        return widget->deleteLater();
      }
      delete part;
    }
  });
  timer->start(0);
}

}  // namespace fovea::ui
