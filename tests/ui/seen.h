#pragma once

#include <QEvent>
#include <QLabel>
#include <QObject>
#include <QString>
#include <algorithm>

namespace fovea::test {

/// Whether a label that is shown in it holds these words.
inline bool shows(const QWidget& widget, const QString& part) {
  const auto labels = widget.findChildren<QLabel*>();
  return std::any_of(labels.begin(), labels.end(),
                     [&](const QLabel* label) { return label->isVisible() && label->text().contains(part); });
}

/// An event filter that counts how often what it watches is painted.
class PaintCount : public QObject {
 public:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Paint) ++paints;
    return QObject::eventFilter(watched, event);
  }
  int paints = 0;
};

}  // namespace fovea::test
