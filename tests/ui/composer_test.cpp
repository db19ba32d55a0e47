// The question that is being written: what is put beside it, taken away and brought back, and what it says of
// itself.
#include "opened_window.h"
#include "seen.h"
#include "suites.h"
#include "ui/attachment_loader.h"
#include "ui/chat/attachment_model.h"
#include "ui/chat/attachment_strip.h"
#include "ui/chat/composer_edit.h"
#include "ui/chat/sample_row.h"
#include "ui/chat_request.h"
#include "ui/dropped_files.h"
#include "ui/history/history_panel.h"
#include "ui/image/image_panel.h"

#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QListView>
#include <QMimeData>
#include <QStatusBar>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

QString names(const Composer& composer) {
  QStringList out;
  for (const Attachment& a : composer.attachments()) out.append(a.name.chopped(4).mid(7));
  return out.join(u' ');
}

bool all_read(const Composer& composer, std::size_t count) {
  const auto& list = composer.attachments();
  return list.size() == count &&
         std::none_of(list.begin(), list.end(), [](const Attachment& a) { return a.loading; });
}

QString file_of(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes) {
  QFile file(folder.filePath(name));
  if (file.open(QIODevice::WriteOnly)) file.write(bytes);
  return file.fileName();
}

}  // namespace

class ComposerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_picture_that_was_removed_comes_back_to_its_place() {
    QTemporaryDir folder;
    test::Opened o(test::answer_of(1, 0));
    o.composer().add_files(test::picture_files(folder, 3));
    QTRY_VERIFY(all_read(o.composer(), 3));
    auto* strip = o.composer().findChild<AttachmentStrip*>();
    QApplication::setActiveWindow(&o.window);
    strip->setFocus(Qt::TabFocusReason);
    QCOMPARE(strip->currentIndex().row(), 0);
    QTest::keyClick(strip, Qt::Key_Right);
    QTest::keyClick(strip, Qt::Key_Delete);
    QTest::keyClick(strip, Qt::Key_Delete);
    QCOMPARE(names(o.composer()), QStringLiteral("0"));
    QTest::keyClick(strip, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(names(o.composer()), QStringLiteral("0 2"));
    QTest::keyClick(strip, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(names(o.composer()), QStringLiteral("0 1 2"));
    QCOMPARE(strip->currentIndex().row(), 1);
    // With the last one the keys go into the text, whose own changes are undone before.
    for (int i = 0; i < 3; ++i) QTest::keyClick(strip, Qt::Key_Delete);
    QVERIFY(strip->isHidden() && o.question()->hasFocus());
    QTest::keyClicks(o.question(), QStringLiteral("a"));
    QTest::keyClick(o.question(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(o.question()->toPlainText().isEmpty() && o.composer().attachments().empty());
    QTest::keyClick(o.question(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(o.composer().attachments().size(), std::size_t(1));
    o.bench.new_chat();
    QTest::keyClick(o.question(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(o.composer().attachments().empty());  // of that question alone
  }

  void one_that_is_read_while_it_is_away_is_whole_when_it_is_back() {
    AttachmentModel model;
    const quint64 ticket = model.add_loading(QStringLiteral("a.png"));
    model.remove(0);
    Attachment read;
    read.name = QStringLiteral("a.png");
    model.fill(ticket, read);
    QCOMPARE(model.bring_back(), 0);
    QVERIFY(model.attachments()[0].usable());
    QCOMPARE(model.bring_back(), -1);
  }

  void tab_goes_through_it_from_left_to_right() {
    QTemporaryDir folder;
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.composer().add_files(test::picture_files(folder, 1));
    QTRY_VERIFY(all_read(o.composer(), 1));
    QApplication::setActiveWindow(&o.window);
    o.composer().findChild<AttachmentStrip*>()->setFocus(Qt::TabFocusReason);
    QStringList names;
    for (int left = 0, at = 0; at < 4 && names.value(names.size() - 1) != QLatin1String("Ask"); ++at) {
      QTest::keyClick(o.window.focusWidget(), Qt::Key_Tab);
      const QWidget* now = o.window.focusWidget();
      names.append(now->accessibleName());
      QVERIFY2(now->mapTo(&o.window, QPoint()).x() > left, qPrintable(names.join(QStringLiteral(", "))));
      left = now->mapTo(&o.window, QPoint()).x();
    }
    names.removeAll(QStringLiteral("Take a part of the screen"));  // where there is a screen to take it of
    QCOMPARE(names, QStringList({QStringLiteral("Add pictures or a clip"), QStringLiteral("Question"),
                                 QStringLiteral("Ask")}));
  }

  void what_cannot_be_read_alone_is_no_question() {
    QTemporaryDir folder;
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    const QString pdf = file_of(folder, QStringLiteral("paper.pdf"), "%PDF-1.7 and more");
    o.composer().add_files({pdf});
    QTRY_VERIFY(all_read(o.composer(), 1));
    QVERIFY(!o.button(QStringLiteral("Ask"))->isEnabled());
    QVERIFY(o.button(QStringLiteral("Ask"))->toolTip().contains(QStringLiteral("can be read")));
    QCOMPARE(o.question()->placeholderText(), QStringLiteral("Ask, or drop a picture here"));
    o.composer().add_files(test::picture_files(folder, 1));
    QTRY_VERIFY(all_read(o.composer(), 2));
    QVERIFY(o.button(QStringLiteral("Ask"))->isEnabled());
    QCOMPARE(o.question()->placeholderText(), QStringLiteral("Ask about the picture"));
    QCOMPARE(title_of({}, o.composer().attachments()), QStringLiteral("picture0.png"));
  }

  void the_words_in_the_empty_question_are_painted_anew() {
    QTemporaryDir folder;
    test::Opened o(test::answer_of(1, 0));
    o.composer().add_files(test::picture_files(folder, 2));
    QTRY_VERIFY(all_read(o.composer(), 2));
    QTest::qWait(50);
    test::PaintCount count;
    o.question()->viewport()->installEventFilter(&count);
    auto* strip = o.composer().findChild<AttachmentStrip*>();
    strip->setFocus(Qt::TabFocusReason);
    QTest::qWait(50);
    count.paints = 0;
    QTest::keyClick(strip, Qt::Key_Delete);
    QCOMPARE(o.question()->placeholderText(), QStringLiteral("Ask about the picture"));
    QTRY_VERIFY(count.paints > 0);
  }

  void a_folder_says_what_it_leaves_out() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("trip/inner")));
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("empty")));
    const QString trip = folder.filePath(QStringLiteral("trip"));
    for (const char* name : {"a.png", "b.jpg", "notes.txt", "clip.mp4"})
      file_of(folder, QStringLiteral("trip/") + QLatin1String(name), test::png(8, 8));
    const auto words = [](const QStringList& paths, int limit) {
      QList<QUrl> urls;
      for (const QString& path : paths) urls.append(QUrl::fromLocalFile(path));
      return left_out_words(expanded_files(urls, limit));
    };
    QCOMPARE(words({trip}, 10),
             QStringLiteral("Pictures from trip: 2. Left out: files that are no pictures: 2, "
                            "folders in it: 1."));
    QCOMPARE(words({folder.filePath(QStringLiteral("empty"))}, 10),
             QStringLiteral("No picture is right in empty."));
    QCOMPARE(words({folder.path()}, 10).section(u'.', -2, -2), QStringLiteral(" Left out: folders in it: 2"));
    QVERIFY(words({trip}, 1).contains(QStringLiteral("more than a question takes")));
    QVERIFY(words({trip + QStringLiteral("/a.png")}, 1).isEmpty());
    test::Opened o(test::answer_of(1, 0));
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(trip)});
    o.composer().add(&mime);
    QVERIFY(test::shows(o.window, QStringLiteral("Pictures from trip: 2.")));
    QCOMPARE(o.composer().attachments().size(), std::size_t(2));
  }

  void what_a_browser_drags_is_taken_or_refused_kindly() {
    test::Opened o(test::answer_of(1, 0));
    const auto drop = [&](const QList<QUrl>& urls, const QImage& image = {}) {
      QMimeData mime;
      mime.setUrls(urls);
      if (!image.isNull()) mime.setImageData(image);
      QDragEnterEvent enter(QPoint(600, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
      QApplication::sendEvent(&o.window, &enter);
      QDropEvent let_go(QPointF(600, 300), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
      if (enter.isAccepted()) QApplication::sendEvent(&o.window, &let_go);
      return enter.isAccepted();
    };
    // A picture that stands in the page itself.
    const auto in_page = [](const char* kind, const QByteArray& bytes) {
      return QUrl(QLatin1String("data:") + QLatin1String(kind) + QLatin1String(";base64,") +
                  QLatin1String(bytes.toBase64()));
    };
    QVERIFY(drop({in_page("image/png", test::png(8, 6))}));
    QTRY_VERIFY(all_read(o.composer(), 1));
    QCOMPARE(o.composer().attachments()[0].size, QSize(8, 6));
    QVERIFY(o.composer().attachments()[0].problem.isEmpty());
    QVERIFY(drop({in_page("image/gif", "GIF89a")}));
    QTRY_VERIFY(all_read(o.composer(), 2));
    QVERIFY(o.composer().attachments()[1].problem.contains(QStringLiteral("GIF")));
    // An address with the picture beside it, and one without.
    const QUrl link(QStringLiteral("https://example.org/a.png"));
    const QString words = QStringLiteral("nothing is fetched from the web");
    QImage image(4, 4, QImage::Format_RGB32);
    image.fill(Qt::red);
    QVERIFY(drop({link}, image));
    QTRY_VERIFY(all_read(o.composer(), 3));
    QVERIFY(!test::shows(o.window, words));
    QVERIFY(drop({link}));
    QVERIFY(test::shows(o.window, words));
    QCOMPARE(o.composer().attachments().size(), std::size_t(3));
    QVERIFY(!drop({QUrl(QStringLiteral("mailto:a@example.org"))}));
    QVERIFY(!drop({QUrl(QStringLiteral("data:text/html;base64,AAAA"))}));
    // Pasted, a link is text.
    QMimeData pasted;
    pasted.setUrls({link});
    pasted.setText(link.toString());
    QVERIFY(!holds_media(&pasted));
  }

  void a_sample_gives_back_what_it_took_the_place_of() {
    QTemporaryDir folder;
    const QStringList files = test::picture_files(folder, 2);
    WindowServices services = test::scripted_services(test::answer_of(1, 0), folder.path());
    services.samples = {{files[0].toStdString(), "What is it?"}};
    Workbench bench(services);
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    Composer& composer = window.chat().composer();
    composer.set_content(QStringLiteral("half a question"), {});
    composer.add_files({files[1]});
    Q_EMIT window.findChild<SampleRow*>()->chosen(files[0], QStringLiteral("What is it?"));
    QCOMPARE(composer.text(), QStringLiteral("What is it?"));
    QCOMPARE(names(composer), QStringLiteral("0"));
    QPushButton* undo = nullptr;
    for (auto* button : window.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == QLatin1String("Undo")) undo = button;
    }
    QVERIFY(undo != nullptr);
    undo->click();
    QCOMPARE(composer.text(), QStringLiteral("half a question"));
    QTRY_VERIFY(all_read(composer, 1) && composer.attachments()[0].usable());
    QCOMPARE(names(composer), QStringLiteral("1"));
  }

  void the_first_question_is_edited_without_samples_above_it() {
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QVERIFY(test::shows(o.window, QStringLiteral("Drop a picture and ask about it")));
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.running());
    o.bench.session.edit(0);
    QVERIFY(!test::shows(o.window, QStringLiteral("Drop a picture and ask about it")));
    o.bench.new_chat();
    QVERIFY(test::shows(o.window, QStringLiteral("Drop a picture and ask about it")));
  }

  void the_inspector_stays_at_the_picture_that_is_moved() {
    QTemporaryDir folder;
    test::Opened o(test::answer_of(1, 0));
    o.composer().add_files(test::picture_files(folder, 3));
    QTRY_VERIFY(all_read(o.composer(), 3));
    auto* image = o.window.findChild<ImagePanel*>();
    auto* strip = o.composer().findChild<AttachmentStrip*>();
    QApplication::setActiveWindow(&o.window);
    strip->setFocus(Qt::TabFocusReason);
    QTest::keyClick(strip, Qt::Key_Space);
    QVERIFY(test::shows(*image, QStringLiteral("picture0.png")));
    QTest::keyClick(strip, Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(names(o.composer()), QStringLiteral("1 0 2"));
    QVERIFY(test::shows(*image, QStringLiteral("picture0.png")));
    QTest::keyClick(strip, Qt::Key_Left);
    QTest::keyClick(strip, Qt::Key_Delete);  // one before it goes
    QCOMPARE(names(o.composer()), QStringLiteral("0 2"));
    QVERIFY(test::shows(*image, QStringLiteral("picture0.png")));
  }

  void pasting_reaches_the_question_from_the_list_of_chats() {
    test::Opened o(test::answer_of(1, 0));
    QApplication::setActiveWindow(&o.window);
    o.window.findChild<HistoryPanel*>()->findChild<QListView*>()->setFocus();
    QGuiApplication::clipboard()->setText(QStringLiteral("from elsewhere"));
    QTest::keyClick(o.window.focusWidget(), Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(o.composer().text(), QStringLiteral("from elsewhere"));
    QVERIFY(o.question()->hasFocus());
  }

  void the_status_says_that_the_answer_is_written() {
    test::Script script = test::answer_of(2, 0);
    script.steps.insert(script.steps.begin() + 1, {{}, PrefillProgress{Stage::kPrefill, 1, 2}});
    script.steps.pop_back();
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.messages().back().text.isEmpty());
    QVERIFY(test::shows(*o.window.statusBar(), QStringLiteral("answering")));
    o.bench.session.stop();
    QTRY_VERIFY(!o.bench.session.running());
  }

  void the_inspector_says_what_is_seen_of_a_clip() {
    test::Script script = test::answer_of(1, 0);
    VisionInput seen;
    seen.video = true;
    seen.source_width = 1280;
    seen.source_height = 720;
    seen.resized_width = 320;
    seen.resized_height = 192;
    seen.tokens = 240;
    seen.frame_indices = {0, 12, 24, 36};
    script.preview.vision = {seen};
    QTemporaryDir folder;
    test::Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    auto* image = o.window.findChild<ImagePanel*>();
    o.composer().add_files(
        {file_of(folder, QStringLiteral("a.mp4"), QByteArray("\0\0\0\x18", 4) + "ftypmp42")});
    QTRY_VERIFY(all_read(o.composer(), 1));
    QTRY_VERIFY(test::shows(*image, QStringLiteral("a.mp4")));
    QTRY_VERIFY(test::shows(*image, QStringLiteral("Clip: 4 frames")));
    QVERIFY(test::shows(*image, QStringLiteral("1280 × 720 → 320 × 192")));
    QCOMPARE(o.question()->placeholderText(), QStringLiteral("Ask about the clip"));
  }
};

std::unique_ptr<QObject> composer_suite() {
  return std::make_unique<ComposerTest>();
}

#include <composer_test.moc>
