// What the model saw: the picture with its places, looked at by mouse and keys, and what is taken out of it.
#include "ui/image/image_panel.h"

#include "suites.h"
#include "test_services.h"
#include "ui/attachment_loader.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/message_view.h"
#include "ui/image/picture_view.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QDir>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <algorithm>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr auto kPlaces =
    "```json\n[{\"bbox_2d\": [100, 100, 400, 400], \"label\": \"left\"}, {\"bbox_2d\": [600, 600, 900, 900], "
    "\"label\": \"right\"}]\n```";

Attachment picture(int width, int height) {
  const QByteArray bytes = test::png(width, height);
  return read_picture(test::scripted_services({}, {}).decode_picture,
                      std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end()),
                      QStringLiteral("p.png"));
}

}  // namespace

class ImagePanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void places_and_words_light_each_other_up() {
    QTemporaryDir folder;
    test::Script script;
    script.model = test::scripted_model();
    script.steps = {test::says(kPlaces), test::finishes(3)};
    Workbench bench(test::scripted_services(script, folder.path()));
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    bench.session.ask(QStringLiteral("Where?"), {picture(400, 400)});
    QTRY_VERIFY(!bench.session.running());
    auto* view = window.findChild<PictureView*>();
    QTRY_VERIFY(view->isVisible());
    std::vector<QPushButton*> chips;
    QTRY_VERIFY([&] {
      chips.clear();
      for (auto* button : window.findChildren<QPushButton*>()) {
        if (button->property("chip").toBool()) chips.push_back(button);
      }
      return chips.size() == 2;
    }());
    // The view is square enough that both places lie on its diagonal.
    const int side = std::min(view->width(), view->height());
    const QPoint middle(view->width() / 2, view->height() / 2);
    QTest::mouseMove(view, middle - QPoint(side / 4, side / 4));
    QTRY_VERIFY(chips[0]->isChecked() && !chips[1]->isChecked());
    QTest::mouseMove(view, middle + QPoint(side / 4, side / 4));
    QTRY_VERIFY(chips[1]->isChecked() && !chips[0]->isChecked());
    const QImage lit = view->grab().toImage();
    chips[0]->setFocus(Qt::TabFocusReason);  // by keys as by mouse
    QTRY_VERIFY(view->grab().toImage() != lit);
  }

  void many_places_take_as_many_rows_as_they_need() {
    ChatMessage answer;
    answer.role = Role::kAssistant;
    answer.text = QStringLiteral("[");
    for (int i = 0; i < 30; ++i)
      answer.text += QStringLiteral("{\"bbox_2d\": [%1, 10, %2, 90], \"label\": \"item number %1\"},")
                         .arg(i * 30)
                         .arg(i * 30 + 20);
    answer.text.chop(1);
    answer.text += u']';
    MessageView view(answer);
    view.resize(600, 800);
    view.show();
    int chips = 0;
    int bottom = 0;
    for (const auto* button : view.findChildren<QPushButton*>()) {
      if (!button->property("chip").toBool()) continue;
      ++chips;
      const QRect at(button->mapTo(&view, QPoint()), button->size());
      QVERIFY2(at.right() <= view.width(), qPrintable(button->text()));
      bottom = std::max(bottom, at.bottom());
    }
    QCOMPARE(chips, 30);
    QVERIFY(bottom <= view.height());
    QCOMPARE(view.width(), 600);
  }

  void what_the_model_sees_stands_beside_it_and_moves_with_it() {
    const WindowServices services = test::scripted_services({}, {});
    AttachmentLoader loader(services);
    ImagePanel panel(loader);
    panel.resize(320, 700);
    panel.show();
    VisionInput seen;
    seen.source_width = 400;
    seen.source_height = 200;
    seen.resized_width = 64;
    seen.resized_height = 32;
    seen.grid_w = 4;
    seen.grid_h = 2;
    panel.show_picture(picture(400, 200), seen);
    panel.set_model(16, 2);
    const QList<PictureView*> views = panel.findChildren<PictureView*>();
    QCOMPARE(views.size(), 2);
    QVERIFY(views[0]->isVisible() && !views[1]->isVisible());
    for (auto* button : panel.findChildren<QToolButton*>()) {
      if (button->accessibleName() == QLatin1String("Show beside it the picture that the model sees"))
        button->click();
    }
    const QImage nothing = views[1]->grab().toImage();
    QTRY_VERIFY(views[0]->isVisible() && views[1]->isVisible());
    QTRY_VERIFY(views[1]->grab().toImage() != nothing);
    // A wide picture: below each other. A tall one: beside.
    QTRY_VERIFY(views[1]->y() >= views[0]->geometry().bottom());
    VisionInput tall = seen;
    std::swap(tall.resized_width, tall.resized_height);
    QSignalSpy resized(&loader, &AttachmentLoader::resized);
    panel.show_picture(picture(100, 800), tall);
    // Of this picture, not of the one before.
    QTRY_VERIFY(!resized.empty() && resized.back()[0].toULongLong() == 2);
    QTRY_VERIFY(views[1]->x() >= views[0]->geometry().right() && views[1]->y() == views[0]->y());
    for (const auto& [by, with] : {std::pair(views[0], views[1]), std::pair(views[1], views[0])}) {
      QSignalSpy looked(with, &PictureView::looked);
      QTest::keyClick(by, Qt::Key_Plus);
      QTest::keyClick(by, Qt::Key_Down);
      QVERIFY2(looked.size() == 2, qPrintable(by->accessibleName()));
      QVERIFY(looked[1][0].toDouble() > 1.1 && looked[1][1].toPointF().y() > 0.5);
      QTest::keyClick(by, Qt::Key_0);
      QCOMPARE(looked.back()[0].toDouble(), 1.0);
    }
  }

  void it_is_zoomed_and_moved_by_keys() {
    PictureView view;
    view.resize(300, 300);
    QImage image(200, 200, QImage::Format_RGB32);
    for (int y = 0; y < 200; ++y)
      for (int x = 0; x < 200; ++x) image.setPixel(x, y, qRgb(x, y, (x * y) % 256));
    view.set_picture(image, false);
    view.show();
    const QImage whole = view.grab().toImage();
    QTest::keyClick(&view, Qt::Key_Plus);
    QTest::keyClick(&view, Qt::Key_Plus);
    const QImage nearer = view.grab().toImage();
    QVERIFY(nearer != whole);
    QTest::keyClick(&view, Qt::Key_Right);
    QVERIFY(view.grab().toImage() != nearer);
    QTest::keyClick(&view, Qt::Key_0);
    QCOMPARE(view.grab().toImage(), whole);
  }

  void a_part_is_saved_in_the_pictures_own_pixels() {
    QTemporaryDir folder;
    const WindowServices services = test::scripted_services({}, folder.path());
    AttachmentLoader loader(services);
    const Attachment large = picture(5000, 3000);
    const QString file = folder.filePath(QStringLiteral("part.png"));
    QString problem = QStringLiteral("not called");
    loader.save_part(large, QRectF(0.1, 0.2, 0.5, 0.5), file, [&](const QString& said) { problem = said; });
    QTRY_COMPARE_WITH_TIMEOUT(problem, QString(), 30'000);
    QCOMPARE(QImage(file).size(), QSize(2500, 1500));
    loader.save_part(large, QRectF(0.0, 0.0, 0.1, 0.1), folder.filePath(QStringLiteral("none/part.png")),
                     [&](const QString& said) { problem = said; });
    QTRY_VERIFY_WITH_TIMEOUT(problem.contains(QStringLiteral("could not be written")), 30'000);
  }
};

std::unique_ptr<QObject> image_panel_suite() {
  return std::make_unique<ImagePanelTest>();
}

#include <image_panel_test.moc>
