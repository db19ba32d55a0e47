// What a piece of an answer, or a new figure, has laid out and painted: itself, once.
#include "opened_window.h"
#include "suites.h"
#include "ui/chat/markdown_view.h"
#include "ui/chat/message_column.h"
#include "ui/chat_session.h"
#include "ui/steady_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QTest>
#include <map>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// Counts the events of one type by receiver, as long as it lives.
class Counted : public QObject {
 public:
  explicit Counted(QEvent::Type type) : type_(type) { qApp->installEventFilter(this); }

  bool eventFilter(QObject* receiver, QEvent* event) override {
    if (event->type() == type_) ++counts_[receiver];
    return false;
  }
  int of(const QObject* receiver) const {
    const auto at = counts_.find(receiver);
    return at == counts_.end() ? 0 : at->second;
  }
  void reset() { counts_.clear(); }

 private:
  const QEvent::Type type_;
  std::map<const QObject*, int> counts_;
};

/// As high as it is wide; counts how often it is asked for that.
class Asked : public QWidget {
 public:
  Asked() { setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred); }

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override {
    ++asked;
    return width + more;
  }
  QSize sizeHint() const override { return {40, 40}; }

  mutable int asked = 0;
  int more = 0;
};

}  // namespace

class RepaintsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_piece_of_an_answer_is_painted_once() {
    test::Opened o(test::answer_of(600, 2));
    QTRY_VERIFY(o.bench.bridge.ready());
    int pieces = 0;
    QObject::connect(&o.bench.session, &ChatSession::grew, &o.window, [&] { ++pieces; });
    o.bench.session.ask(QStringLiteral("Say a lot."), {});
    QTRY_VERIFY(pieces >= 2);
    const auto* text = o.window.chat().findChildren<MarkdownView*>().last()->viewport();
    QTest::qWait(0);
    const Counted paints(QEvent::Paint);
    const int before = pieces;
    QTRY_VERIFY(pieces >= before + 4);
    QTest::qWait(0);
    QVERIFY(o.bench.session.running());
    QVERIFY2(paints.of(text) >= 4 && paints.of(text) <= pieces - before,
             qPrintable(QStringLiteral("%1 paintings, %2 pieces").arg(paints.of(text)).arg(pieces - before)));
    o.bench.session.stop();
    QTRY_VERIFY(!o.bench.session.running());
  }

  void a_message_that_grows_asks_no_other_for_its_height() {
    QWidget content;
    auto* column = new MessageColumn(&content, 8);
    std::vector<Asked*> messages;
    for (int i = 0; i < 5; ++i) {
      messages.push_back(new Asked);
      column->insert(i, messages.back());
    }
    content.resize(100, 2000);
    content.show();
    QTest::qWait(0);
    QCOMPARE(messages[1]->geometry(), QRect(0, 108, 100, 100));
    QCOMPARE(column->heightForWidth(100), 5 * 100 + 4 * 8);
    for (Asked* message : messages) message->asked = 0;
    messages[4]->more = 50;
    messages[4]->updateGeometry();
    QTest::qWait(0);
    QCOMPARE(column->heightForWidth(100), 5 * 100 + 4 * 8 + 50);
    QCOMPARE(messages[4]->height(), 150);
    QVERIFY(messages[4]->asked > 0);
    for (int i = 0; i < 4; ++i) QCOMPARE(messages[std::size_t(i)]->asked, 0);
  }

  void messages_keep_their_order_and_what_is_hidden_takes_no_room() {
    QWidget content;
    auto* column = new MessageColumn(&content, 8);
    std::vector<Asked*> messages;
    for (const int at : {0, 1, 1}) {
      messages.push_back(new Asked);
      column->insert(at, messages.back());
    }
    content.resize(100, 600);
    content.show();
    QTest::qWait(0);
    QCOMPARE(messages[2]->y(), 108);
    QCOMPARE(messages[1]->y(), 216);
    messages[2]->hide();
    QTest::qWait(0);
    QCOMPARE(messages[1]->y(), 108);
    column->removeWidget(messages[0]);
    delete messages[0];
    QTest::qWait(0);
    QCOMPARE(messages[1]->y(), 0);
  }

  void a_figure_that_fits_lays_out_nothing_around_it() {
    QWidget around;
    auto* row = new QHBoxLayout(&around);
    auto* label = new QLabel(QStringLiteral("1,000 MB"));
    row->addWidget(new QLabel(QStringLiteral("Memory")), 1);
    row->addWidget(new SteadyText(label));
    around.resize(400, 40);
    around.show();
    QTest::qWait(0);
    Counted layouts(QEvent::LayoutRequest);
    Counted paints(QEvent::Paint);
    label->setText(QStringLiteral("11 MB"));
    QTest::qWait(50);
    QCOMPARE(layouts.of(&around), 0);
    QCOMPARE(paints.of(label), 1);
    QCOMPARE(paints.of(row->itemAt(0)->widget()), 0);
    const int before = label->width();
    label->setText(QStringLiteral("1,000,000 MB"));
    QTRY_VERIFY(label->width() > before);
    QCOMPARE(label->width(), label->sizeHint().width());
    QVERIFY(layouts.of(&around) > 0);
  }

  void a_figure_that_came_while_hidden_has_its_room() {
    QWidget around;
    auto* row = new QHBoxLayout(&around);
    auto* label = new QLabel;
    row->addStretch(1);
    row->addWidget(new SteadyText(label));
    around.resize(400, 40);
    around.show();
    QTest::qWait(0);
    around.hide();
    label->setText(QStringLiteral("1,000 MB"));
    around.show();
    QTRY_COMPARE(label->width(), label->sizeHint().width());
  }

  void a_wrapped_text_asks_for_room_when_it_takes_another_line() {
    QWidget around;
    auto* column = new QVBoxLayout(&around);
    auto* label = new QLabel(QStringLiteral("one"));
    label->setWordWrap(true);
    column->addWidget(new SteadyText(label));
    column->addStretch(1);
    around.resize(120, 200);
    around.show();
    QTest::qWait(0);
    const int line = label->height();
    Counted layouts(QEvent::LayoutRequest);
    label->setText(QStringLiteral("two"));
    QTest::qWait(0);
    QCOMPARE(layouts.of(&around), 0);
    label->setText(QStringLiteral("so many words that they need more than one line"));
    QTRY_VERIFY(label->height() > line);
    QCOMPARE(label->height(), label->heightForWidth(label->width()));
  }
};

std::unique_ptr<QObject> repaints_suite() {
  return std::make_unique<RepaintsTest>();
}

#include "repaints_test.moc"
