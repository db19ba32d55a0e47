// The window to those who can't see it: nothing that can be acted on, no picture and no chart is without
// words.
#include "accessible_tree.h"
#include "opened_window.h"
#include "suites.h"
#include "ui/chat/chat_options_dialog.h"
#include "ui/history/history_panel.h"
#include "ui/image/image_panel.h"
#include "ui/image/picture_view.h"
#include "ui/performance/line_chart.h"
#include "ui/performance/speed_panel.h"
#include "ui/server/server_dialog.h"
#include "ui/settings/settings_dialog.h"
#include "ui/waterfall_view.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QTest>
#include <QTimer>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr auto kAnswer =
    "The total is **12.50**.\n\n```json\n[{\"bbox_2d\": [120, 60, 860, 160], \"label\": \"shop\"}, "
    "{\"bbox_2d\": [100, 700, 900, 800], \"label\": \"total\"}]\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

test::Script script() {
  test::Script out;
  out.model = test::scripted_model();
  VisionInput seen;
  seen.source_width = seen.source_height = 640;
  seen.resized_width = seen.resized_height = 640;
  seen.grid_h = seen.grid_w = 40;
  seen.tokens = 400;
  out.preview.vision = {seen};
  out.steps = {{{}, Preprocessed{{seen}}},
               test::says("Let me see.", {}, true),
               test::says(kAnswer),
               test::finishes(20)};
  return out;
}

/// A window in which a picture was asked about, and another is being asked about.
struct Asked : test::Opened {
  Asked() : test::Opened(script()) {
    QApplication::setActiveWindow(&window);
    [&] { QTRY_VERIFY(bench.bridge.ready()); }();
    const QStringList files = test::picture_files(folder, 2);
    composer().add_files({files[0]});
    QTest::keyClicks(question(), QStringLiteral("What is the total?"));
    QTest::keyClick(question(), Qt::Key_Return);
    [&] { QTRY_VERIFY(bench.session.messages().size() == 2 && !bench.session.running()); }();
    composer().add_files({files[1]});
    QTest::qWait(400);
  }
};

QAccessibleInterface* told(QWidget* widget) {
  return QAccessible::queryAccessibleInterface(widget);
}

}  // namespace

class AccessibleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nothing_in_the_window_is_nameless() {
    Asked a;
    for (const int tab : {1, 2, 3}) {
      QTest::keyClick(&a.window, Qt::Key(Qt::Key_0 + tab), Qt::AltModifier);
      QTest::qWait(300);
      const QStringList all = test::elements_of(a.window);
      if (qEnvironmentVariableIsSet("FOVEA_SHOW_TREE")) qInfo().noquote() << all.join(u'\n');
      QVERIFY(all.size() > 25);
      const QStringList nameless = test::nameless_in(a.window);
      QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }
  }

  void nothing_in_a_dialog_is_nameless() {
    Asked a;
    SettingsDialog settings(a.bench.settings, QStringLiteral("/nowhere"), &a.window);
    ChatOptionsDialog options(a.bench.session.options(), {}, true, &a.window);
    ServerDialog server(a.bench.settings, a.bench.server, &a.window);
    for (QDialog* dialog : {static_cast<QDialog*>(&settings), static_cast<QDialog*>(&options),
                            static_cast<QDialog*>(&server)}) {
      dialog->show();
      QTest::qWait(50);
      const QStringList nameless = test::nameless_in(*dialog);
      QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
      QVERIFY(!test::elements_of(*dialog).isEmpty());
      dialog->hide();
    }
  }

  void pictures_and_charts_say_what_they_show() {
    Asked a;
    auto* view = a.window.findChild<PictureView*>();
    QCOMPARE(told(view)->role(), QAccessible::Graphic);
    QCOMPARE(told(view)->text(QAccessible::Name), QStringLiteral("Picture picture1.png"));
    QTest::keyClick(a.question(), Qt::Key_Return);
    QTRY_VERIFY(a.bench.session.messages().size() == 4 && !a.bench.session.running());
    QTRY_VERIFY(told(view)->text(QAccessible::Description).contains(QStringLiteral("400 tokens")));
    QTRY_VERIFY(
        told(view)->text(QAccessible::Description).endsWith(QStringLiteral("Places in it: 1 shop, 2 total")));
    QTest::keyClick(&a.window, Qt::Key_2, Qt::AltModifier);
    QTest::qWait(100);
    int charts = 0;
    for (auto* widget : a.window.speed().findChildren<QWidget*>()) {
      if (dynamic_cast<LineChart*>(widget) == nullptr || !widget->isVisible()) continue;
      ++charts;
      QCOMPARE(told(widget)->role(), QAccessible::Chart);
      // Its name and its newest value.
      QVERIFY2(told(widget)->text(QAccessible::Name).contains(QStringLiteral(": ")),
               qPrintable(widget->accessibleName()));
    }
    QVERIFY(charts >= 3);
    auto* waterfall = a.window.speed().findChild<WaterfallView*>();
    QTRY_VERIFY(waterfall->isVisible());
    QCOMPARE(told(waterfall)->role(), QAccessible::Chart);
    QVERIFY(told(waterfall)->text(QAccessible::Name).contains(u'%'));
  }

  void what_can_be_done_with_a_place_needs_no_mouse() {
    Asked a;
    QPushButton* chip = nullptr;
    QTRY_VERIFY([&] {
      for (auto* button : a.window.findChildren<QPushButton*>()) {
        if (button->isVisible() && button->accessibleName() == QLatin1String("Place 2: total")) chip = button;
      }
      return chip != nullptr;
    }());
    chip->setFocus(Qt::TabFocusReason);
    QTest::qWait(50);
    QStringList offered;
    QTimer::singleShot(50, [&] {
      auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
      if (menu == nullptr) return;
      for (const auto* action : menu->actions()) offered.append(action->text());
      menu->close();
    });
    QContextMenuEvent by_key(QContextMenuEvent::Keyboard, chip->rect().center(),
                             chip->mapToGlobal(chip->rect().center()));
    QApplication::sendEvent(chip, &by_key);
    QCOMPARE(offered,
             QStringList({QStringLiteral("Copy the places as JSON"), QStringLiteral("Copy the places as CSV"),
                          QStringLiteral("Save this part of the picture")}));
  }
};

std::unique_ptr<QObject> accessible_suite() {
  return std::make_unique<AccessibleTest>();
}

#include <accessible_test.moc>
