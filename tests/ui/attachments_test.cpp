#include "suites.h"
#include "test_services.h"
#include "ui/attachment_loader.h"
#include "ui/dropped_files.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

class AttachmentsTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  WindowServices services_ = test::scripted_services({}, {});

  QString write(const QString& name, const QByteArray& bytes) {
    QFile file(folder_.filePath(name));
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return file.fileName();
  }

  Attachment load(const QString& path) {
    AttachmentLoader loader(services_);
    std::optional<Attachment> got;
    connect(&loader, &AttachmentLoader::loaded, &loader, [&](quint64, const Attachment& a) { got = a; });
    loader.load_file(path, 1);
    [&] { QTRY_VERIFY(got.has_value()); }();
    return got.value_or(Attachment{});
  }

 private Q_SLOTS:
  void a_picture_is_read() {
    const Attachment a = load(write(QStringLiteral("a.png"), test::png(300, 200)));
    QVERIFY(a.usable());
    QCOMPARE(a.size, QSize(300, 200));
    QCOMPARE(a.hash.size(), 64);
    QVERIFY(a.bytes != nullptr);
    QVERIFY(a.thumbnail.width() <= 144);
  }

  void a_clip_is_only_named() {
    const Attachment a = load(
        write(QStringLiteral("a.mp4"), QByteArray("\0\0\0\x18", 4) + "ftypmp42" + QByteArray(100, '\0')));
    QVERIFY(a.clip);
    QVERIFY(a.usable());
    QVERIFY(!a.path.isEmpty());
  }

  void what_is_refused_says_why_and_what_to_do() {
    const std::pair<QString, QByteArray> files[] = {
        {QStringLiteral("a.pdf"), "%PDF-1.7 and more"},
        {QStringLiteral("b.gif"), "GIF89a..."},
        {QStringLiteral("c.heic"), QByteArray("\0\0\0\x18", 4) + "ftypheic"},
        {QStringLiteral("d.png"), ""},
        {QStringLiteral("e.png"), test::png(50, 50).left(60)}};
    for (const auto& [name, bytes] : files) {
      const Attachment a = load(write(name, bytes));
      QVERIFY(!a.usable());
      QVERIFY2(a.problem.contains(name), qPrintable(a.problem));
      QVERIFY(!a.problem.contains(folder_.path()));
    }
    QVERIFY(load(folder_.filePath(QStringLiteral("gone.png"))).problem.contains(QStringLiteral("not there")));
  }

  void a_folder_stands_for_its_pictures() {
    QTemporaryDir pictures;
    for (const char* name : {"p10.png", "p9.png", "notes.txt"}) {
      QFile file(pictures.filePath(QString::fromUtf8(name)));
      QVERIFY(file.open(QIODevice::WriteOnly));
    }
    const QStringList files = expanded_files({QUrl::fromLocalFile(pictures.path())}, 10).files;
    QCOMPARE(files, QStringList({pictures.filePath(QStringLiteral("p9.png")),
                                 pictures.filePath(QStringLiteral("p10.png"))}));
    QCOMPARE(expanded_files({QUrl::fromLocalFile(pictures.path())}, 1).files.size(), 1);
    QVERIFY(expanded_files({QUrl(QStringLiteral("https://example.org/a.png"))}, 10).files.isEmpty());
  }
};

std::unique_ptr<QObject> attachments_suite() {
  return std::make_unique<AttachmentsTest>();
}

#include <attachments_test.moc>
