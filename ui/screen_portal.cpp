#include "ui/screen_portal.h"

#include <QCoreApplication>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QUrl>

namespace fovea::ui {
namespace {

constexpr auto kService = "org.freedesktop.portal.Desktop";
constexpr auto kPath = "/org/freedesktop/portal/desktop";
constexpr auto kInterface = "org.freedesktop.portal.Screenshot";
constexpr auto kRequest = "org.freedesktop.portal.Request";
constexpr uint kDone = 0;  // 1: by the user's wish not, 2: failed

}  // namespace

ScreenPortal::ScreenPortal(QDBusConnection bus, QObject* parent) : QObject(parent), bus_(std::move(bus)) {}

void ScreenPortal::ask() {
  if (!request_.isEmpty()) return;
  if (!bus_.isConnected()) {
    Q_EMIT failed();
    return;
  }
  const QString token = QStringLiteral("fovea%1_%2").arg(QCoreApplication::applicationPid()).arg(++asked_);
  QString sender = bus_.baseService().mid(1);
  sender.replace(u'.', u'_');
  // The answer may come before the call returns: its place is known from the token.
  listen(QStringLiteral("/org/freedesktop/portal/desktop/request/%1/%2").arg(sender, token));
  QDBusMessage call = QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath),
                                                     QLatin1String(kInterface), QStringLiteral("Screenshot"));
  call << QString()
       << QVariantMap{{QStringLiteral("interactive"), true}, {QStringLiteral("handle_token"), token}};
  auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    const QDBusPendingReply<QDBusObjectPath> reply = *watcher;
    watcher->deleteLater();
    if (request_.isEmpty()) return;
    if (reply.isError()) {
      end();
      Q_EMIT failed();
    } else if (reply.value().path() != request_) {
      listen(reply.value().path());  // an old portal, which does not know tokens
    }
  });
}

void ScreenPortal::listen(const QString& request) {
  end();
  request_ = request;
  bus_.connect(QLatin1String(kService), request_, QLatin1String(kRequest), QStringLiteral("Response"), this,
               SLOT(on_response(uint, QVariantMap)));
}

void ScreenPortal::end() {
  if (request_.isEmpty()) return;
  bus_.disconnect(QLatin1String(kService), request_, QLatin1String(kRequest), QStringLiteral("Response"),
                  this, SLOT(on_response(uint, QVariantMap)));
  request_.clear();
}

void ScreenPortal::on_response(uint code, const QVariantMap& results) {
  end();
  const QUrl file(results.value(QStringLiteral("uri")).toString());
  if (code == kDone && file.isLocalFile()) {
    Q_EMIT taken(file.toLocalFile());
  } else if (code == kDone || code > 1) {
    Q_EMIT failed();
  } else {
    Q_EMIT cancelled();
  }
}

}  // namespace fovea::ui
