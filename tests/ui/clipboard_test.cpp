// What is copied, as another process gets it from the X server.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/message_view.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// What xclip pastes; this process answers it meanwhile.
QByteArray pasted(const QString& type) {
  QProcess xclip;
  xclip.start(QStringLiteral("xclip"), {QStringLiteral("-selection"), QStringLiteral("clipboard"),
                                        QStringLiteral("-o"), QStringLiteral("-t"), type});
  if (!QTest::qWaitFor([&] { return xclip.state() == QProcess::NotRunning; }, 10'000)) xclip.kill();
  return xclip.readAllStandardOutput();
}

}  // namespace

class ClipboardTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (QStandardPaths::findExecutable(QStringLiteral("xclip")).isEmpty()) QSKIP("needs xclip");
    QCOMPARE(QGuiApplication::platformName(), QStringLiteral("xcb"));
  }

  void an_answer_is_copied_as_text_and_as_markdown() {
    ChatMessage answer;
    answer.role = Role::kAssistant;
    answer.text = QStringLiteral("It is **42** `x`.\n\n- one\n- 合计");
    MessageView view(answer);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QToolButton* copy = nullptr;
    for (auto* button : view.findChildren<QToolButton*>())
      if (button->menu() != nullptr && button->accessibleName() == QLatin1String("Copy")) copy = button;
    QVERIFY(copy != nullptr);
    QTest::mouseClick(copy, Qt::LeftButton);
    QCOMPARE(QString::fromUtf8(pasted(QStringLiteral("UTF8_STRING"))),
             QStringLiteral("It is 42 x.\none\n合计"));
    const auto act = [&](const QString& name) {
      for (QAction* action : copy->menu()->actions())
        if (action->text() == name) action->trigger();
    };
    act(QStringLiteral("Copy as Markdown"));
    QCOMPARE(QString::fromUtf8(pasted(QStringLiteral("UTF8_STRING"))), answer.text);
    act(QStringLiteral("Copy as text"));
    QCOMPARE(QString::fromUtf8(pasted(QStringLiteral("UTF8_STRING"))),
             QStringLiteral("It is 42 x.\none\n合计"));
  }

  void a_picture_of_a_question_is_copied_in_its_full_size() {
    QTemporaryDir folder;
    test::Script script;
    script.model = test::scripted_model();
    script.steps.push_back(test::says("yes", {}));
    script.steps.push_back(test::finishes(1));
    Workbench bench(test::scripted_services(script, folder.path()));
    MainWindow window(bench);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    const QString file = folder.filePath(QStringLiteral("picture.png"));
    QImage::fromData(test::png(1500, 40, 10)).save(file);
    window.chat().composer().add_files({file});
    QTRY_VERIFY(!window.chat().composer().attachments().empty() &&
                window.chat().composer().attachments()[0].usable());
    bench.session.ask(QStringLiteral("?"), window.chat().composer().attachments());
    QTRY_VERIFY(!bench.session.running() && bench.session.messages().size() == 2);
    QAction* copy = nullptr;
    for (auto* action : window.findChildren<QAction*>())
      if (action->text() == QLatin1String("Copy picture")) copy = action;
    QVERIFY(copy != nullptr);
    QGuiApplication::clipboard()->clear();
    copy->trigger();
    QTRY_VERIFY(!QGuiApplication::clipboard()->image().isNull());
    const QImage got = QImage::fromData(pasted(QStringLiteral("image/png")), "PNG");
    QCOMPARE(got.size(), QSize(1500, 40));
    QCOMPARE(got.pixelColor(700, 20), QColor(10, 245, 10));
  }
};

std::unique_ptr<QObject> clipboard_suite() {
  return std::make_unique<ClipboardTest>();
}

#include <clipboard_test.moc>
