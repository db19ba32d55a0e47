#pragma once

#include <QObject>
#include <optional>

class QDBusVariant;

namespace fovea::ui {

/// Whether the desktop wants dark programs, as its settings portal says (org.freedesktop.appearance); asked
/// without waiting, and again whenever it changes. Says nothing where there is no portal. GUI thread.
class SystemLook : public QObject {
  Q_OBJECT

 public:
  explicit SystemLook(QObject* parent = nullptr);

 Q_SIGNALS:
  void changed(bool dark);

 private Q_SLOTS:
  void on_setting(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void take(const QVariant& value);

  std::optional<bool> dark_;
};

}  // namespace fovea::ui
