#include "ui/desktop_notice.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QStringList>
#include <QVariantMap>

namespace fovea::ui {
namespace {

constexpr auto kService = "org.freedesktop.Notifications";
constexpr auto kPath = "/org/freedesktop/Notifications";
constexpr int kAsLongAsUsual = -1;

}  // namespace

void DesktopNotice::show(const QString& title, const QString& text) {
  const QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) {
    Q_EMIT failed(tr("This session has no bus, so the desktop can't be told."));
    return;
  }
  QDBusMessage call = QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath),
                                                     QLatin1String(kService), QStringLiteral("Notify"));
  // Many desktops read the text as markup.
  call << QStringLiteral("Fovea") << uint(0) << QStringLiteral("fovea") << title << text.toHtmlEscaped()
       << QStringList() << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("fovea")}}
       << kAsLongAsUsual;
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    const QDBusPendingReply<uint> reply = *watcher;
    if (!reply.isValid()) Q_EMIT failed(tr("No desktop showed the notification."));
    watcher->deleteLater();
  });
}

}  // namespace fovea::ui
