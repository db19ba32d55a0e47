// Light or dark as the desktop says, with a settings portal that this test plays itself.
#include "ui/system_look.h"

#include "suites.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QSignalSpy>
#include <QTest>

using namespace fovea::ui;

namespace {

constexpr auto kService = "org.freedesktop.portal.Desktop";
constexpr auto kPath = "/org/freedesktop/portal/desktop";
constexpr auto kGroup = "org.freedesktop.appearance";

}  // namespace

/// Answers Read with a variant in a variant, as xdg-desktop-portal does.
class FakeSettings : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

 public:
  uint scheme = 1;
  QStringList asked;

 public Q_SLOTS:
  QDBusVariant Read(const QString& group, const QString& key) {
    asked = {group, key};
    return QDBusVariant(QVariant::fromValue(QDBusVariant(scheme)));
  }
};

class SystemLookTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void the_desktop_says_it_and_says_it_again_when_it_changes() {
    if (!QDBusConnection::sessionBus().isConnected()) QSKIP("needs a session bus");
    QDBusConnection desktop =
        QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("desktop"));
    {
      SystemLook alone;  // there is no portal: nothing is said
      const QSignalSpy changed(&alone, &SystemLook::changed);
      QTest::qWait(100);
      QCOMPARE(changed.size(), 0);
    }
    FakeSettings fake;
    QVERIFY(desktop.registerService(QLatin1String(kService)));
    QVERIFY(desktop.registerObject(QLatin1String(kPath), &fake, QDBusConnection::ExportAllSlots));
    SystemLook look;
    QSignalSpy changed(&look, &SystemLook::changed);
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toBool(), true);
    QCOMPARE(fake.asked, QStringList({QLatin1String(kGroup), QStringLiteral("color-scheme")}));
    const auto say = [&](const char* group, uint scheme) {
      QDBusMessage said =
          QDBusMessage::createSignal(QLatin1String(kPath), QStringLiteral("org.freedesktop.portal.Settings"),
                                     QStringLiteral("SettingChanged"));
      said << QLatin1String(group) << QStringLiteral("color-scheme")
           << QVariant::fromValue(QDBusVariant(scheme));
      desktop.send(said);
    };
    say("org.example.other", 2);
    say(kGroup, 1);  // as it is
    say(kGroup, 2);
    QTRY_COMPARE(changed.size(), 2);
    QCOMPARE(changed[1][0].toBool(), false);
    say(kGroup, 1);
    QTRY_COMPARE(changed.size(), 3);
    QCOMPARE(changed[2][0].toBool(), true);
    QDBusConnection::disconnectFromBus(QStringLiteral("desktop"));
  }
};

std::unique_ptr<QObject> system_look_suite() {
  return std::make_unique<SystemLookTest>();
}

#include <system_look_test.moc>
