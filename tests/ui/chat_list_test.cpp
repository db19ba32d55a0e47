// The list of chats by keys alone: menu, pin, rename, delete and its undo.
#include "suites.h"
#include "test_services.h"
#include "ui/history/chat_list_model.h"
#include "ui/history/history_panel.h"
#include "ui/history_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"
#include "ui/workbench.h"

#include <QContextMenuEvent>
#include <QInputDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Opened {
  Opened() : bench(test::scripted_services(test::Script{}, folder.path())), window(bench) {
    for (const auto& [id, title] : {std::pair(1, "first"), std::pair(2, "second"), std::pair(3, "third")})
      bench.store.save_chat({id, QLatin1String(title), false, 1'000 - id, {}}, {});
    window.resize(1280, 800);
    window.show();
    list = window.findChild<HistoryPanel*>()->findChild<QListView*>();
  }

  QString titles() const {
    QStringList out;
    for (int i = 0; i < list->model()->rowCount(); ++i)
      out.append(list->model()->index(i, 0).data().toString());
    return out.join(u' ');
  }
  QString current() const { return list->currentIndex().data().toString(); }
  /// Puts the keys into the list, at a row.
  void go_to(int row) {
    QApplication::setActiveWindow(&window);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Home);
    for (int i = 0; i < row; ++i) QTest::keyClick(list, Qt::Key_Down);
  }
  static QMenu* menu() { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); }

  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
  QListView* list;
};

}  // namespace

class ChatListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pinning_moves_a_chat_to_the_top_and_stays_at_it() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    o.go_to(2);
    QTest::keyClick(o.list, Qt::Key_P, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("third first second"));
    QCOMPARE(o.current(), QStringLiteral("third"));
    QTest::keyClick(o.list, Qt::Key_P, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    QCOMPARE(o.current(), QStringLiteral("third"));
  }

  void pinned_chats_are_pinned_in_the_next_window_too() {
    QTemporaryDir folder;
    std::vector<ChatSummary> listed;
    const auto list = [&](HistoryStore& store) {
      bool done = false;
      store.list({}, [&](const std::vector<ChatSummary>& chats) {
        listed = chats;
        done = true;
      });
      return QTest::qWaitFor([&] { return done; });
    };
    {
      HistoryStore store(folder.path());
      store.save_chat({1, QStringLiteral("old"), false, 1, {}}, {});
      store.save_chat({2, QStringLiteral("new"), false, 2, {}}, {});
      store.set_pinned(1, true);
      // A later answer saves the chat again, by somebody who doesn't know of the pin.
      store.save_chat({1, QStringLiteral("old"), false, 1, {}}, {});
    }
    HistoryStore store(folder.path());
    QVERIFY(list(store));
    QCOMPARE(listed.size(), std::size_t(2));
    QVERIFY(listed[0].pinned && listed[0].id == 1 && !listed[1].pinned);
    store.set_pinned(1, false);
    QVERIFY(list(store));
    QVERIFY(!listed[0].pinned && !listed[1].pinned && listed[0].id == 2);
  }

  void the_menu_opens_at_the_current_row_wherever_the_pointer_is() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    o.go_to(1);
    const QRect row = o.list->visualRect(o.list->currentIndex());
    const auto opened_at_row = [&] {
      const QPoint corner = o.list->viewport()->mapFromGlobal(Opened::menu()->pos());
      return row.adjusted(0, 0, 0, 4).contains(corner);
    };
    QTest::keyClick(o.list, Qt::Key_F10, Qt::ShiftModifier);
    QTRY_VERIFY(Opened::menu() != nullptr);
    QVERIFY(opened_at_row());
    Opened::menu()->close();
    QTRY_VERIFY(Opened::menu() == nullptr);
    const QPoint pointer(2, 700);
    QContextMenuEvent menu_key(QContextMenuEvent::Keyboard, pointer, o.list->mapToGlobal(pointer));
    QApplication::sendEvent(o.list, &menu_key);
    QTRY_VERIFY(Opened::menu() != nullptr);
    QVERIFY(opened_at_row());
    // Its second entry pins.
    QTest::keyClick(Opened::menu(), Qt::Key_Down);
    QTest::keyClick(Opened::menu(), Qt::Key_Down);
    QTest::keyClick(Opened::menu(), Qt::Key_Return);
    QTRY_COMPARE(o.titles(), QStringLiteral("second first third"));
  }

  void a_deleted_chat_comes_back_by_keys() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    o.go_to(1);
    QTest::keyClick(o.list, Qt::Key_Return);
    QTRY_COMPARE(o.bench.session.summary().id, ChatId(2));
    o.list->setFocus();
    QTest::keyClick(o.list, Qt::Key_Delete);
    QTRY_COMPARE(o.titles(), QStringLiteral("first third"));
    QCOMPARE(o.current(), QStringLiteral("third"));  // what took its place
    QTest::keyClick(o.list, Qt::Key_Delete);
    QTRY_COMPARE(o.titles(), QStringLiteral("first"));
    QTest::keyClick(o.list, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("first third"));
    QTest::keyClick(o.list, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    QTRY_COMPARE(o.bench.session.summary().id, ChatId(2));
    QTest::keyClick(o.list, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(o.titles(), QStringLiteral("first second third"));
  }

  void f2_renames() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    o.go_to(2);
    QTimer::singleShot(100, &o.window, [&] {
      auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
      QVERIFY(dialog != nullptr);
      dialog->setTextValue(QStringLiteral("  other   name "));
      QTest::keyClick(dialog, Qt::Key_Return);
    });
    QTest::keyClick(o.list, Qt::Key_F2);
    QTRY_COMPARE(o.titles(), QStringLiteral("first second other name"));
  }

  void down_leads_from_the_search_to_its_first_hit() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    QApplication::setActiveWindow(&o.window);
    QTest::keyClick(&o.window, Qt::Key_K, Qt::ControlModifier);
    auto* search = o.window.findChild<HistoryPanel*>()->findChild<QLineEdit*>();
    QTRY_VERIFY(search->hasFocus());
    QTest::keyClicks(search, QStringLiteral("third"));
    QTRY_COMPARE(o.titles(), QStringLiteral("third"));
    QTest::keyClick(search, Qt::Key_Down);
    QVERIFY(o.list->hasFocus());
    QTest::keyClick(o.list, Qt::Key_Return);
    QTRY_COMPARE(o.bench.session.summary().id, ChatId(3));
  }

  void escape_ends_a_search() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    QApplication::setActiveWindow(&o.window);
    auto* search = o.window.findChild<HistoryPanel*>()->findChild<QLineEdit*>();
    search->setFocus();
    QTest::keyClicks(search, QStringLiteral("third"));
    QTRY_COMPARE(o.titles(), QStringLiteral("third"));
    QTest::keyClick(search, Qt::Key_Escape);
    QCOMPARE(search->text(), QString());
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
  }

  void what_was_looked_for_stands_out_in_its_hit() {
    Opened o;
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    ChatMessage message;
    message.id = 77;
    message.text = QStringLiteral("Coffee at the Harbor, a Sandwich there, and the total of all");
    o.bench.store.save_message(2, message);
    auto* search = o.window.findChild<HistoryPanel*>()->findChild<QLineEdit*>();
    const auto row = [&](const QString& query) {
      search->setText(query);
      [&] { QTRY_COMPARE(o.titles(), QStringLiteral("second")); }();
      return o.list->model()->index(0, 0);
    };
    QCOMPARE(row(QStringLiteral("TOTAL")).data(ChatListModel::kHitRole).toString(),
             QStringLiteral("… Sandwich there, and the total of all"));
    const auto dark = [&] {
      const QImage picture =
          o.list->viewport()->grab(o.list->visualRect(o.list->model()->index(0, 0))).toImage();
      int count = 0;
      for (int y = picture.height() / 2; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) count += picture.pixel(x, y) == current_colors().text;
      return count;
    };
    QTRY_VERIFY(dark() > 5);
  }
};

std::unique_ptr<QObject> chat_list_suite() {
  return std::make_unique<ChatListTest>();
}

#include <chat_list_test.moc>
