// Answers in JSON: as a table, as text, as CSV.
#include "suites.h"
#include "ui/chat/json_table.h"
#include "ui/chat/json_table_model.h"
#include "ui/chat/message_view.h"
#include "ui/chat/structured_answer.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace fovea::ui;

namespace {

const QString kReceipt = QStringLiteral(
    "```json\n[\n  {\"item\": \"Tea, green\", \"price\": 12.50, \"tags\": [\"a b\", {\"x\": 1}]},\n"
    "  {\"price\": 3, \"item\": \"say \\\"hi\\\"\", \"note\": null, \"ok\": true}\n]\n```");

ChatMessage answer(const QString& text, MessageState state) {
  ChatMessage message;
  message.id = 1;
  message.role = fovea::Role::kAssistant;
  message.text = text;
  message.state = state;
  return message;
}

QPushButton* button(QWidget& in, const QString& text) {
  for (auto* b : in.findChildren<QPushButton*>())
    if (b->text() == text) return b;
  return nullptr;
}

}  // namespace

class StructuredTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void an_array_of_objects_keeps_order_and_numbers() {
    const auto table = read_json_table(kReceipt);
    QVERIFY(table);
    QCOMPARE(table->columns, QStringList({"item", "price", "tags", "note", "ok"}));
    QCOMPARE(table->rows.size(), std::size_t(2));
    QCOMPARE(table->rows[0], QStringList({"Tea, green", "12.50", R"(["a b",{"x":1}])", "", ""}));
    QCOMPARE(table->rows[1], QStringList({"say \"hi\"", "3", "", "", "true"}));
    QCOMPARE(
        table_as_csv(*table, {}, {}),
        QStringLiteral("item,price,tags,note,ok\n\"Tea, green\",12.50,\"[\"\"a b\"\",{\"\"x\"\":1}]\",,\n"
                       "\"say \"\"hi\"\"\",3,,,true\n"));
  }

  void one_object_is_names_and_values() {
    const auto table =
        read_json_table(QStringLiteral(" <|begin_of_box|>{\"total\" : -1.0e2, \"a:\\\"b\" : {\"c d\" : [ ]}, "
                                       "\"\\u5408\" : \"x\\ny\"}<|end_of_box|>\n"));
    QVERIFY(table && table->one_object());
    QCOMPARE(table->rows.size(), std::size_t(3));
    QCOMPARE(table->rows[0], QStringList({"total", "-1.0e2"}));
    QCOMPARE(table->rows[1], QStringList({"a:\"b", R"({"c d":[]})"}));
    QCOMPARE(table->rows[2], QStringList({QString(QChar(0x5408)), "x\ny"}));
    QCOMPARE(table_as_csv(*table, "name", "value").section(u'\n', 0, 1),
             QStringLiteral("name,value\ntotal,-1.0e2"));
  }

  void anything_else_stays_text_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("prose") << "The total is 12.50.";
    QTest::newRow("words before") << "Here: {\"a\": 1}";
    QTest::newRow("words behind the fence") << "```json\n{\"a\": 1}\n```\nThat is all.";
    QTest::newRow("two fences") << "```json\n{\"a\": 1}\n```\n```json\n{\"a\": 1}\n```";
    QTest::newRow("another language") << "```python\n{\"a\": 1}\n```";
    QTest::newRow("cut") << "[{\"a\": 1}, {\"a\":";
    QTest::newRow("open fence") << "```json\n{\"a\": 1}";
    QTest::newRow("comma too many") << "[{\"a\": 1},]";
    QTest::newRow("single quotes") << "{'a': 1}";
    QTest::newRow("numbers") << "[1, 2]";
    QTest::newRow("mixed") << "[{\"a\": 1}, 2]";
    QTest::newRow("empty") << "{}";
    QTest::newRow("empty objects") << "[{}, {}]";
    QTest::newRow("empty array") << "[]";
    QTest::newRow("nothing") << "";
    QTest::newRow("deep") << QStringLiteral("{\"a\":").repeated(20'000) + QStringLiteral("1") +
                                 QStringLiteral("}").repeated(20'000);
    QTest::newRow("long") << "{\"a\": \"" + QString(kLongestTableText, u'x') + "\"}";
    QString wide = QStringLiteral("[{\"a\": 1");
    for (int i = 0; i < kMostTableColumns; ++i) wide += QStringLiteral(", \"%1\": 1").arg(i);
    QTest::newRow("wide") << wide + "}]";
  }
  void anything_else_stays_text() {
    QFETCH(QString, text);
    QVERIFY(!read_json_table(text));
  }

  void the_model_is_sound_and_shortens_what_is_painted() {
    JsonTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.set(*read_json_table(kReceipt));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("price"));
    model.set(*read_json_table("{\"a\": \"<b>" + QString(5000, u'x') + "\"}"));
    QCOMPARE(model.columnCount(), 2);
    const QModelIndex value = model.index(0, 1);
    QVERIFY(value.data().toString().size() <= 200);
    QVERIFY(value.data(Qt::ToolTipRole).toString().startsWith(QLatin1String("&lt;b&gt;")));
    QVERIFY(model.as_csv().size() > 5000);
    model.set({});
    QCOMPARE(model.rowCount(), 0);
  }

  void an_answer_is_a_table_once_it_is_whole() {
    MessageView view(answer({}, MessageState::kRunning));
    view.resize(700, 500);
    view.show();
    view.grow(kReceipt, {});
    view.update_message(answer(kReceipt, MessageState::kRunning));
    // Nothing is made for the many answers that are none.
    QVERIFY(view.findChild<QTableView*>() == nullptr);
    view.update_message(answer(kReceipt, MessageState::kComplete));
    auto* table = view.findChild<QTableView*>();
    QVERIFY(table != nullptr && table->isVisible());
    const auto texts = view.findChildren<QWidget*>();
    const auto text_shown = [&] {
      return std::any_of(texts.begin(), texts.end(), [](const QWidget* w) {
        return w->isVisible() && w->inherits("fovea::ui::MarkdownView");
      });
    };
    QVERIFY(!text_shown());
    QTest::mouseClick(button(view, QStringLiteral("Copy as CSV")), Qt::LeftButton);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QLatin1String("item,price,tags,note,ok\n")));
    QPushButton* other = button(view, QStringLiteral("Show as text"));
    QVERIFY(other != nullptr);
    other->setFocus();
    QTest::keyClick(other, Qt::Key_Space);
    QVERIFY(!table->isVisible() && text_shown());
    QVERIFY(button(view, QStringLiteral("Show as table")) != nullptr);
    view.update_message(answer(QStringLiteral("Prose."), MessageState::kComplete));
    QVERIFY(!view.findChild<StructuredAnswer*>()->isVisible() && text_shown());
  }

  void a_long_table_is_scrolled() {
    QStringList rows;
    for (int i = 0; i < 3000; ++i) rows.append(QStringLiteral("{\"n\": %1, \"name\": \"row\"}").arg(i));
    MessageView view(answer(u'[' + rows.join(u',') + u']', MessageState::kComplete));
    view.resize(700, 500);
    view.show();
    const auto* table = view.findChild<QTableView*>();
    QVERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 3000);
    QVERIFY(table->height() < 500);
  }
};

std::unique_ptr<QObject> structured_suite() {
  return std::make_unique<StructuredTest>();
}

#include <structured_test.moc>
