#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QVariantMap>

namespace fovea::ui {

/// Asks the desktop for a picture of the screen where programs may not look themselves, as on Wayland: by
/// org.freedesktop.portal.Screenshot, whose dialog lets the user choose the part. GUI thread.
class ScreenPortal : public QObject {
  Q_OBJECT

 public:
  explicit ScreenPortal(QDBusConnection bus = QDBusConnection::sessionBus(), QObject* parent = nullptr);

  /// Nothing while one is asked for.
  void ask();

 Q_SIGNALS:
  /// The desktop wrote the picture into this file.
  void taken(const QString& file);
  void cancelled();
  /// The desktop has no such service, or it failed.
  void failed();

 private Q_SLOTS:
  void on_response(uint code, const QVariantMap& results);

 private:
  void listen(const QString& request);
  void end();

  QDBusConnection bus_;
  QString request_;  // the object that will tell; empty: nothing is asked
  int asked_ = 0;
};

}  // namespace fovea::ui
