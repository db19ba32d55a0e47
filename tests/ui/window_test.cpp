#include "opened_window.h"
#include "suites.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/message_view.h"
#include "ui/chat/transcript_view.h"

#include <QApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace fovea;
using namespace fovea::ui;

class WindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_question_is_typed_asked_and_answered() {
    test::Opened o(test::answer_of(3, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QVERIFY(!o.button(QStringLiteral("Ask"))->isEnabled());
    QVERIFY(!o.button(QStringLiteral("Ask"))->toolTip().isEmpty());
    QTest::keyClicks(o.question(), QStringLiteral("What is it?"));
    QTest::keyClick(o.question(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(o.question(), QStringLiteral("Really"));
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.bench.session.messages()[0].text, QStringLiteral("What is it?\nReally"));
    QVERIFY(o.question()->toPlainText().isEmpty());
    QVERIFY(o.window.findChildren<MessageView*>().size() == 2);
  }

  void escape_stops() {
    test::Script script = test::answer_of(2, 0);
    script.steps.pop_back();
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(o.button(QStringLiteral("Stop")) != nullptr);
    QTRY_VERIFY(!o.bench.session.messages().back().text.isEmpty());
    QApplication::setActiveWindow(&o.window);
    QTest::keyClick(&o.window, Qt::Key_Escape);
    QTRY_VERIFY(!o.bench.session.running());
    QCOMPARE(o.bench.session.messages().back().state, MessageState::kStopped);
  }

  void the_keys_are_at_the_question_again_when_an_answer_goes_on() {
    test::Script script = test::answer_of(2, 0);
    script.steps.pop_back();
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    QApplication::setActiveWindow(&o.window);
    o.bench.session.ask(QStringLiteral("?"), {});
    for (const char* way : {"Continue", "Answer again"}) {
      QTRY_VERIFY(!o.bench.session.messages().back().text.isEmpty());
      o.bench.session.stop();
      QTRY_VERIFY(!o.bench.session.running());
      QAbstractButton* button = nullptr;
      const auto shown = [&] {
        for (auto* b : o.window.chat().transcript().findChildren<QAbstractButton*>()) {
          if (b->isVisible() &&
              (b->text() == QLatin1String(way) || b->accessibleName() == QLatin1String(way)))
            button = b;
        }
        return button != nullptr;
      };
      QTRY_VERIFY2(shown(), way);
      button->setFocus(Qt::TabFocusReason);
      QTest::keyClick(button, Qt::Key_Space);
      QTRY_VERIFY(o.bench.session.running());
      QTest::qWait(50);
      QVERIFY2(QApplication::focusWidget() == o.question(), way);
    }
    QTest::keyClick(o.question(), Qt::Key_Escape);
    QTRY_VERIFY(!o.bench.session.running());
  }

  void enter_waits_for_pictures_that_are_still_read() {
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QTemporaryDir folder;
    o.window.chat().composer().add_files(test::picture_files(folder, 3));
    QTest::keyClicks(o.question(), QStringLiteral("?"));
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.bench.session.messages()[0].attachments.size(), std::size_t(3));
  }

  void every_control_has_a_name_and_a_tooltip() {
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.running());
    QTest::qWait(50);
    for (auto* control : o.window.findChildren<QAbstractButton*>()) {
      if (!control->isVisible()) continue;
      const QString what = QLatin1String(control->metaObject()->className()) + u' ' + control->text() + u' ' +
                           control->parentWidget()->objectName();
      if (control->objectName().startsWith(QLatin1String("qt_")) ||
          control->objectName() == QLatin1String("ScrollLeftButton") ||
          control->objectName() == QLatin1String("ScrollRightButton") ||
          control->parentWidget()->inherits("QLineEdit") || control->parentWidget()->inherits("QTableView")) {
        continue;  // parts of Qt's own widgets
      }
      QVERIFY2(!control->accessibleName().isEmpty() || !control->text().isEmpty(), qPrintable(what));
      QVERIFY2(!control->toolTip().isEmpty(), qPrintable(what));
    }
  }

  void a_second_window_takes_the_conversation_over() {
    test::Opened o(test::answer_of(400, 2));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.messages().empty() && !o.bench.session.messages().back().text.isEmpty());
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    {
      MainWindow second(o.bench);
      second.show();
      QTRY_VERIFY_WITH_TIMEOUT(!o.bench.session.running(), 30'000);
      QCOMPARE(second.findChildren<MessageView*>().size(), 2);
      QVERIFY(second.chat().composer().findChild<QPushButton*>()->text() != QLatin1String("Ask"));
    }
    QApplication::removeTranslator(&chinese);
  }
};

std::unique_ptr<QObject> window_suite() {
  return std::make_unique<WindowTest>();
}

#include <window_test.moc>
