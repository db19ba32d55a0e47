// A part of the screen as a picture: on an X server, and from a portal that this test plays itself.
#include "ui/screen_grab.h"

#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/main_window.h"
#include "ui/region_overlay.h"
#include "ui/screen_portal.h"
#include "ui/workbench.h"

#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace fovea;
using namespace fovea::ui;

namespace {

RegionOverlay* overlay() {
  for (QWidget* window : QApplication::topLevelWidgets()) {
    if (auto* found = qobject_cast<RegionOverlay*>(window); found != nullptr && found->isVisible())
      return found;
  }
  return nullptr;
}

}  // namespace

/// Answers as xdg-desktop-portal does: with the path of a request, which then tells.
class FakePortal : public QObject, protected QDBusContext {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Screenshot")

 public:
  uint code = 0;
  QString uri;
  QVariantMap options;

 public Q_SLOTS:
  QDBusObjectPath Screenshot(const QString& /*window*/, const QVariantMap& asked) {
    options = asked;
    QString sender = message().service().mid(1);
    sender.replace(u'.', u'_');
    const QString path = QStringLiteral("/org/freedesktop/portal/desktop/request/%1/%2")
                             .arg(sender, asked.value(QStringLiteral("handle_token")).toString());
    QDBusMessage told = QDBusMessage::createSignal(path, QStringLiteral("org.freedesktop.portal.Request"),
                                                   QStringLiteral("Response"));
    told << code << QVariantMap{{QStringLiteral("uri"), uri}};
    connection().send(told);
    return QDBusObjectPath(path);
  }
};

class ScreenGrabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void the_window_comes_back_to_its_place() {
    if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
    QWidget window;
    window.setGeometry(210, 120, 300, 200);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const QPoint place = window.pos();
    ScreenGrab grab;
    grab.start(&window);
    QTRY_VERIFY(overlay() != nullptr);
    window.move(20, 30);  // as a window manager does, to which it is a new one
    QTest::keyClick(overlay(), Qt::Key_Escape);
    QTRY_VERIFY(window.isVisible());
    QTRY_COMPARE(window.pos(), place);
  }

  void a_pulled_rectangle_joins_the_question() {
    if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
    QWidget other(nullptr, Qt::Window | Qt::BypassWindowManagerHint);
    other.setStyleSheet(QStringLiteral("background: #c81e3c"));
    other.setGeometry(300, 200, 240, 160);
    other.show();
    QTemporaryDir folder;
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QApplication::setActiveWindow(&window);
    QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(overlay() != nullptr);
    QVERIFY(!window.isVisible());  // what lies below it can be taken
    QTest::mousePress(overlay(), Qt::LeftButton, {}, QPoint(320, 220));
    QTest::mouseMove(overlay(), QPoint(400, 250));
    QTest::mouseRelease(overlay(), Qt::LeftButton, {}, QPoint(419, 279));
    QTRY_VERIFY(overlay() == nullptr && window.isVisible());
    const auto& attachments = window.chat().composer().attachments();
    QTRY_VERIFY(attachments.size() == 1 && attachments[0].usable());
    QCOMPARE(attachments[0].size, QSize(100, 60));
    const QImage picture = QImage::fromData(attachments[0].bytes->data(), int(attachments[0].bytes->size()));
    QCOMPARE(picture.pixelColor(50, 30), QColor(0xc8, 0x1e, 0x3c));
  }

  void escape_ends_it_and_enter_takes_the_screen() {
    if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
    ScreenGrab grab;
    QSignalSpy taken(&grab, &ScreenGrab::taken);
    QWidget window;
    window.show();
    grab.start(&window);
    QTRY_VERIFY(overlay() != nullptr);
    QTest::mouseClick(overlay(), Qt::LeftButton, {}, QPoint(10, 10));  // no rectangle: it stays
    QVERIFY(overlay() != nullptr);
    QTest::keyClick(overlay(), Qt::Key_Escape);
    QTRY_VERIFY(overlay() == nullptr && window.isVisible());
    QVERIFY(taken.isEmpty());
    grab.start(&window);
    QTRY_VERIFY(overlay() != nullptr);
    QTest::keyClick(overlay(), Qt::Key_Return);
    QTRY_COMPARE(taken.size(), 1);
    QCOMPARE(taken[0][0].value<QImage>().size(), QGuiApplication::primaryScreen()->size());
  }

  void where_nothing_can_look_the_button_says_why() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services({}, folder.path()));
    MainWindow window(bench);
    Composer& composer = window.chat().composer();
    composer.set_screen_unavailable(QStringLiteral("no reason"));
    bool found = false;
    for (const QToolButton* button : composer.findChildren<QToolButton*>()) {
      if (button->toolTip() != QLatin1String("no reason")) continue;
      QVERIFY(!button->isEnabled());
      found = true;
    }
    QVERIFY(found);
  }

  void the_portal_is_asked_where_the_desktop_has_one() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) QSKIP("needs a session bus");
    QDBusConnection desktop =
        QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("desktop"));
    ScreenPortal portal(bus);
    QSignalSpy taken(&portal, &ScreenPortal::taken);
    QSignalSpy cancelled(&portal, &ScreenPortal::cancelled);
    QSignalSpy failed(&portal, &ScreenPortal::failed);
    portal.ask();
    QTRY_COMPARE(failed.size(), 1);  // there is none yet
    FakePortal fake;
    QVERIFY(desktop.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    QVERIFY(desktop.registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), &fake,
                                   QDBusConnection::ExportAllSlots));
    fake.uri = QStringLiteral("file:///tmp/some%20picture.png");
    portal.ask();
    QTRY_COMPARE(taken.size(), 1);
    QCOMPARE(taken[0][0].toString(), QStringLiteral("/tmp/some picture.png"));
    QCOMPARE(fake.options.value(QStringLiteral("interactive")).toBool(), true);
    fake.code = 1;
    portal.ask();
    QTRY_COMPARE(cancelled.size(), 1);
    fake.code = 2;
    portal.ask();
    QTRY_COMPARE(failed.size(), 2);
    fake.code = 0;
    fake.uri = QStringLiteral("https://example.org/p.png");
    portal.ask();
    QTRY_COMPARE(failed.size(), 3);  // nothing is fetched
    QCOMPARE(taken.size(), 1);
    QDBusConnection::disconnectFromBus(QStringLiteral("desktop"));
  }
};

std::unique_ptr<QObject> screen_grab_suite() {
  return std::make_unique<ScreenGrabTest>();
}

#include <screen_grab_test.moc>
