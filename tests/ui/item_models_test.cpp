#include "suites.h"
#include "ui/chat/attachment_model.h"
#include "ui/history/chat_list_model.h"
#include "ui/models/model_list_model.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDateTime>
#include <QLocale>
#include <QTest>
#include <QTranslator>

using namespace fovea::ui;

class ItemModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void attachments() {
    AttachmentModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const quint64 a = model.add_loading(QStringLiteral("a"));
    const quint64 b = model.add_loading(QStringLiteral("b"));
    const quint64 c = model.add_loading(QStringLiteral("c"));
    const auto names = [&] {
      QStringList out;
      for (int i = 0; i < model.rowCount(); ++i) out.append(model.index(i).data().toString());
      return out.join(QString());
    };
    QVERIFY(model.shift(0, 2));
    QCOMPARE(names(), QStringLiteral("bca"));
    QVERIFY(model.shift(2, -1));
    QCOMPARE(names(), QStringLiteral("bac"));
    QVERIFY(!model.shift(0, -1));
    QVERIFY(!model.shift(2, 1));
    Attachment read;
    read.name = QStringLiteral("A");
    model.fill(a, read);
    QCOMPARE(names(), QStringLiteral("bAc"));
    model.remove(0);
    model.fill(b, read);  // removed meanwhile
    QCOMPARE(names(), QStringLiteral("Ac"));
    QVERIFY(model.loading());
    read.name = QStringLiteral("C");
    read.problem = QStringLiteral("Can't read C.");
    model.fill(c, read);
    QVERIFY(!model.loading());
    QCOMPARE(model.index(1).data(Qt::ToolTipRole).toString(), read.problem);
    model.set({});
    QCOMPARE(model.rowCount(), 0);
  }

  void chats() {
    ChatListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    model.set({{1, QStringLiteral("p"), true, now - 999'999'999, {}},
               {2, QStringLiteral("t"), false, now, {}},
               {3, {}, false, 1'000, {}}},
              true);
    QCOMPARE(model.row_of(2), 1);
    QCOMPARE(model.index(0).data(ChatListModel::kSectionRole).toString(), QStringLiteral("Pinned"));
    QCOMPARE(model.index(1).data(ChatListModel::kSectionRole).toString(), QStringLiteral("Today"));
    QVERIFY(model.index(2).data(ChatListModel::kBeginsSectionRole).toBool());
    QVERIFY(!model.index(2).data().toString().isEmpty());
    model.set({{2, QStringLiteral("t"), false, now, QStringLiteral("hit")}}, false);
    QVERIFY(!model.index(0).data(ChatListModel::kBeginsSectionRole).toBool());
    QCOMPARE(model.row_of(1), -1);
  }

  void months_of_chats_are_named_as_the_language_does() {
    ChatListModel model;
    const qint64 then = QDateTime(QDate(2025, 11, 5), QTime(12, 0)).toMSecsSinceEpoch();
    model.set({{1, QStringLiteral("c"), false, then, {}}}, true);
    const auto section = [&] { return model.index(0).data(ChatListModel::kSectionRole).toString(); };
    const QLocale usual;
    QLocale::setDefault(QLocale::English);
    QCOMPARE(section(), QStringLiteral("November 2025"));
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    QLocale::setDefault(QLocale::Chinese);
    const QString told = section();
    QApplication::removeTranslator(&chinese);
    QLocale::setDefault(usual);
    QCOMPARE(told, QStringLiteral("2025年11月"));
  }

  void models() {
    ModelListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    ModelOffer fits;
    fits.name = "a/b";
    fits.folder = "/m/a";
    fits.family = "Qwen3-VL";
    fits.runnable = fits.fits = true;
    fits.verdict = "needs about 5 GB";
    ModelOffer other = fits;
    other.folder = "/m/c";
    other.runnable = false;
    other.verdict = "unsupported";
    model.set({fits, other});
    model.set_loaded(QStringLiteral("/m/a"));
    QCOMPARE(model.row_of(QStringLiteral("/m/c")), 1);
    QCOMPARE(model.index(0).data(ModelListModel::kVerdictRole).toString(), QStringLiteral("loaded"));
    QVERIFY(!model.index(1).data(ModelListModel::kGoodRole).toBool());
  }

  void servers_among_models() {
    ModelListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    ModelOffer here;
    here.folder = "/m/a";
    const ServerRow away{
        {QStringLiteral("1"), QStringLiteral("https://a.example"), QStringLiteral("big"), true},
        {"a.example:443", false, true}};
    const ServerRow near{
        {QStringLiteral("2"), QStringLiteral("http://127.0.0.1:8000"), QStringLiteral("small")},
        {"127.0.0.1:8000", true, false}};
    model.set_servers({away, near});
    QCOMPARE(model.rowCount(), 2);
    model.set({here});
    QCOMPARE(model.row_of(QStringLiteral("2")), 2);
    QCOMPARE(model.row_of(QStringLiteral("3")), -1);
    QVERIFY(model.model_at(0) != nullptr && model.server_at(0) == nullptr);
    QVERIFY(model.model_at(1) == nullptr && model.server_at(1)->entry.model == QStringLiteral("big"));
    QVERIFY(model.server_at(3) == nullptr);
    const auto text = [&](int row, int role) { return model.index(row).data(role).toString(); };
    QCOMPARE(text(1, ModelListModel::kFactsRole),
             QStringLiteral("server a.example:443 · encrypted · with a key"));
    QCOMPARE(text(1, ModelListModel::kVerdictRole), QStringLiteral("pictures leave this machine"));
    QCOMPARE(text(1, ModelListModel::kSignRole), QStringLiteral("↗"));
    QCOMPARE(text(2, ModelListModel::kVerdictRole), QStringLiteral("a server on this machine"));
    model.set_loaded(QStringLiteral("1"));
    QVERIFY(model.index(1).data(ModelListModel::kLoadedRole).toBool());
    QVERIFY(!model.index(0).data(ModelListModel::kLoadedRole).toBool());
    QCOMPARE(text(1, ModelListModel::kVerdictRole), QStringLiteral("in use: pictures leave this machine"));
    QVERIFY(text(1, Qt::AccessibleTextRole).contains(QStringLiteral("pictures leave this machine")));
    model.set_servers({});
    QCOMPARE(model.rowCount(), 1);
  }
};

std::unique_ptr<QObject> item_models_suite() {
  return std::make_unique<ItemModelsTest>();
}

#include <item_models_test.moc>
