#pragma once

#include <QObject>
#include <QString>

namespace fovea::ui {

/// Notifications of the desktop, by the session bus. GUI thread; never blocks it.
class DesktopNotice : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// `text` is plain.
  void show(const QString& title, const QString& text);

 Q_SIGNALS:
  /// It was not shown: why, a sentence.
  void failed(const QString& why);
};

}  // namespace fovea::ui
