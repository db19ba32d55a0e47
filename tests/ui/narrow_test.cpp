// A window too narrow for three columns: the inspector lies over the chat.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/sample_row.h"
#include "ui/main_window.h"
#include "ui/overlay.h"
#include "ui/workbench.h"

#include <QDockWidget>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Opened {
  explicit Opened(int width) : bench(test::scripted_services({}, folder.path())), window(bench) {
    window.resize(width, 700);
    window.show();
    QApplication::setActiveWindow(&window);
    inspector = window.findChild<QTabWidget*>();
    overlay = window.findChild<Overlay*>();
  }
  void key(int key, Qt::KeyboardModifiers with = {}) { QTest::keyClick(&window, Qt::Key(key), with); }

  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
  QTabWidget* inspector;
  Overlay* overlay;
};

}  // namespace

class NarrowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void the_inspector_lies_over_the_chat_and_takes_nothing_from_it() {
    Opened o(800);
    QTest::qWait(50);
    QVERIFY(!o.inspector->isVisible());
    const QRect chat = o.window.chat().geometry();
    const QImage before = o.window.grab().toImage();
    o.key(Qt::Key_I, Qt::ControlModifier);
    QTRY_VERIFY(o.inspector->isVisible() && o.overlay->isVisible());
    QTest::qWait(50);
    QCOMPARE(o.window.chat().geometry(), chat);
    const QRect over = o.overlay->geometry();
    QVERIFY(chat.contains(over) && over.right() == chat.right() && over.left() >= chat.left() + 48);
    const QImage after = o.window.grab().toImage();
    // Left of it nothing has moved; where it lies the inspector is seen, and none of what was there.
    const QRect left(chat.left(), chat.top(), over.left() - chat.left(), chat.height() / 2);
    QCOMPARE(after.copy(left), before.copy(left));
    const QImage inspector = o.inspector->grab().toImage();
    const QPoint corner = o.inspector->mapTo(&o.window, QPoint(0, 0));
    const QRect lower(0, o.inspector->height() / 2, o.inspector->width(), o.inspector->height() / 2);
    QCOMPARE(after.copy(lower.translated(corner)).convertToFormat(QImage::Format_RGB32),
             inspector.copy(lower).convertToFormat(QImage::Format_RGB32));
    // Another width: it stays at the chat's right side.
    o.window.resize(700, 600);
    QTRY_COMPARE(o.overlay->geometry().right(), o.window.chat().geometry().right());
    QCOMPARE(o.overlay->height(), o.window.chat().height());
    o.key(Qt::Key_Escape);
    QTRY_VERIFY(!o.inspector->isVisible());
    QVERIFY(o.window.chat().composer().findChild<QPlainTextEdit*>()->hasFocus());
    o.key(Qt::Key_2, Qt::AltModifier);
    QTRY_VERIFY(o.inspector->isVisible());
    QCOMPARE(o.inspector->currentIndex(), 1);
  }

  void eight_hundred_pixels_are_enough() {
    QTemporaryDir folder;
    ui::WindowServices services = test::scripted_services({}, folder.path());
    const QString picture = folder.filePath(QStringLiteral("sample.png"));
    QVERIFY(QImage::fromData(test::png(320, 200)).save(picture));
    services.samples.assign(3, {picture.toStdString(), "How many shapes are there?"});
    Workbench bench(services);
    MainWindow window(bench);
    window.resize(800, 700);
    window.show();
    QTest::qWait(50);
    QCOMPARE(window.width(), 800);
    QVERIFY2(window.minimumSizeHint().width() <= 800,
             qPrintable(QString::number(window.minimumSizeHint().width())));
    QVERIFY(window.chat().geometry().right() < 800);
    for (const QWidget* widget : window.chat().findChildren<QWidget*>()) {
      if (!widget->isVisible()) continue;
      const QRect place(widget->mapTo(&window, QPoint()), widget->size());
      QVERIFY2(place.right() < 800, widget->metaObject()->className());
    }
    // With more room the samples are as large as they get.
    window.resize(1400, 700);
    QTest::qWait(50);
    QCOMPARE(window.findChild<SampleRow*>()->findChild<QToolButton*>()->width(), SampleRow::kWidest);
  }

  void with_room_again_it_stands_beside_the_chat_as_before() {
    Opened o(1200);
    QTest::qWait(50);
    auto* dock = o.window.findChild<QDockWidget*>(QStringLiteral("inspector"));
    QVERIFY(dock->isVisible() && dock->widget() == o.inspector);
    o.window.resize(800, 700);
    QTRY_VERIFY(!o.inspector->isVisible());
    o.key(Qt::Key_I, Qt::ControlModifier);
    QTRY_VERIFY(o.overlay->isVisible());
    o.window.resize(1200, 700);
    QTRY_VERIFY(dock->isVisible() && o.inspector->isVisible() && !o.overlay->isVisible());
    QVERIFY(o.inspector->mapTo(&o.window, QPoint()).x() >= o.window.chat().geometry().right());
    o.key(Qt::Key_I, Qt::ControlModifier);
    QTRY_VERIFY(!dock->isVisible());
    o.window.resize(800, 700);
    o.window.resize(1200, 700);
    QTest::qWait(50);
    QVERIFY(!dock->isVisible() && !o.inspector->isVisible());
  }
};

std::unique_ptr<QObject> narrow_suite() {
  return std::make_unique<NarrowTest>();
}

#include <narrow_test.moc>
