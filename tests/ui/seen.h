#pragma once

#include <QAbstractButton>
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

/// A button by the words on it or, with an icon alone, by its name; shown or not. Null: there is none.
inline QAbstractButton* button_called(const QWidget& widget, const QString& name) {
  for (auto* button : widget.findChildren<QAbstractButton*>()) {
    if (button->text() == name || (button->text().isEmpty() && button->accessibleName() == name))
      return button;
  }
  return nullptr;
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
