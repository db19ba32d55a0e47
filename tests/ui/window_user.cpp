#include "window_user.h"

#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/transcript_view.h"
#include "ui/history/history_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <QRandomGenerator>
#include <QTest>
#include <cstdio>
#include <map>

#include <signal.h>
#include <sys/prctl.h>

using namespace fovea;
using namespace fovea::ui;

namespace {

void say(const QJsonObject& line) {
  std::puts(QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
  std::fflush(stdout);
}

QString number(qint64 id) {
  return QString::number(id);
}

QJsonObject value(const char* what, ChatId chat, const QJsonValue& is) {
  return {{QStringLiteral("what"), QLatin1String(what)},
          {QStringLiteral("chat"), number(chat)},
          {QStringLiteral("is"), is}};
}

test::Script answer() {
  test::Script script;
  script.model = test::scripted_model();
  for (int i = 0; i < 30; ++i)
    script.steps.push_back(test::says("word" + std::to_string(i) + " ", std::chrono::milliseconds(4)));
  script.steps.push_back(test::finishes(30));
  return script;
}

/// Somebody in a hurry before a window: asks, edits, answers anew, stops, drafts, renames, pins, tags,
/// deletes, undoes, opens. Says on standard output, a JSON object a line: {"will": V} before a value may
/// change on disk,
/// {"kept": [V...]} once the history has answered a question put behind it, {"opened": true} when all is
/// read.
class HurriedUser : public QObject {
 public:
  HurriedUser(const QString& folder, quint32 seed)
      : random_(seed), bench_(test::scripted_services(answer(), folder)), window_(bench_) {
    QFile file(picture_ = folder + QStringLiteral("/picture.png"));
    if (!file.exists() && file.open(QIODevice::WriteOnly)) file.write(test::png(48, 32));
    window_.resize(1280, 800);
    window_.show();
    bench_.load_usual_model();
    connect(&bench_.store, &HistoryStore::failed, this, [](const Error& error) {
      say({{QStringLiteral("failed"), QString::fromStdString(error.text())}});
    });
    connect(&bench_.store, &HistoryStore::recovered, this, [](const QString& kept_as) {
      say({{QStringLiteral("recovered"), kept_as}});
    });
    connect(&composer(), &Composer::draftChanged, this,
            [this] { note(value("draft", bench_.session.summary().id, composer().text())); });
    bench_.store.list({}, [this](const std::vector<ChatSummary>& chats) {
      chats_ = chats;
      say({{QStringLiteral("opened"), true}});
      std::getchar();  // waits for the line that lets it begin
      QTimer::singleShot(0, this, [this] { act(); });
    });
  }

 private:
  Composer& composer() { return window_.chat().composer(); }
  HistoryPanel* history() { return window_.findChild<HistoryPanel*>(); }
  bool chance(int percent) { return int(random_.bounded(100)) < percent; }

  /// To be said once it is certain to be on disk.
  void note(const QJsonObject& kept) { pending_.append(kept); }
  void will(const QJsonObject& change) { say({{QStringLiteral("will"), change}}); }

  void note_messages() {
    for (const ChatMessage& m : bench_.session.messages()) {
      const bool whole = m.state != MessageState::kRunning;
      const auto [told, first] = told_.try_emplace(m.id, whole);
      if (!first && told->second == whole) continue;
      told->second = whole;
      QJsonObject kept = value("message", bench_.session.summary().id, m.text);
      kept[QStringLiteral("id")] = number(m.id);
      kept[QStringLiteral("whole")] = whole;
      note(kept);
    }
  }

  void act() {
    act_once();
    // In a later turn, when whatever the act caused has been handed to the history.
    QTimer::singleShot(0, this, [this] {
      note_messages();
      bench_.store.list({},
                        [this, kept = std::exchange(pending_, {})](const std::vector<ChatSummary>& chats) {
                          chats_ = chats;
                          if (!kept.isEmpty()) say({{QStringLiteral("kept"), kept}});
                        });
    });
    QTimer::singleShot(int(random_.bounded(70)), this, [this] { act(); });
  }

  void type_and_ask() {
    auto* edit = composer().findChild<QPlainTextEdit*>();
    const QString text = QStringLiteral("question %1").arg(random_.generate());
    const ChatId chat = bench_.session.summary().id;
    will(value("draft", chat, text));
    edit->selectAll();
    QTest::keyClicks(edit, text);
    if (chance(30)) composer().add_files({picture_});
    if (chance(20)) return;  // stays a draft
    QTest::keyClick(edit, Qt::Key_Return);
  }

  void act_once() {
    ChatSession& session = bench_.session;
    if (session.running() && chance(25)) return session.stop();
    const int last = int(session.messages().size()) - 1;
    const int choice = int(random_.bounded(100));
    if (choice < 45) {
      if (!session.running()) type_and_ask();
    } else if (choice < 53) {
      if (!session.running() && last >= 1 && session.messages()[std::size_t(last) - 1].role == Role::kUser) {
        will(value("draft", session.summary().id, session.messages()[std::size_t(last) - 1].text));
        Q_EMIT window_.chat().transcript().editWanted(last - 1);
        const QString before = composer().text();
        QCoreApplication::sendPostedEvents(&window_.chat());  // it is taken up in a later turn
        type_and_ask();
        will(value("draft", session.summary().id, before));  // comes back once the edited question is asked
      }
    } else if (choice < 60) {
      if (!session.running() && last >= 0 && session.messages()[std::size_t(last)].role == Role::kAssistant)
        session.regenerate(last);
    } else if (choice < 66) {
      Q_EMIT history()->newWanted();
    } else if (!chats_.empty()) {
      act_on(chats_[random_.bounded(quint32(chats_.size()))], choice);
    }
  }

  void act_on(const ChatSummary& chat, int choice) {
    if (choice < 74) {
      Q_EMIT history()->openWanted(chat.id, 0);
    } else if (choice < 80) {
      if (bench_.session.empty()) return;
      const QString title = QStringLiteral("title %1").arg(random_.generate());
      const ChatId id = bench_.session.summary().id;
      will(value("title", id, title));
      bench_.session.set_title(title);
      note(value("title", id, title));
    } else if (choice < 86) {
      will(value("pinned", chat.id, !chat.pinned));
      Q_EMIT history()->pinWanted(chat);
      note(value("pinned", chat.id, !chat.pinned));
    } else if (choice < 92) {
      const QString tag = QStringLiteral("tag%1").arg(random_.bounded(4));
      Q_EMIT history()->tagWanted(chat, tag, true);
      note(value("tag", chat.id, tag));
    } else if (chats_.size() > 4) {
      will(value("removed", chat.id, true));
      Q_EMIT history()->removeWanted(chat);
      if (chance(40)) {
        will(value("removed", chat.id, false));
        Q_EMIT history()->undoWanted();
        note(value("removed", chat.id, false));
      } else {
        note(value("removed", chat.id, true));
      }
    }
  }

  QRandomGenerator random_;
  Workbench bench_;
  MainWindow window_;
  QString picture_;
  std::vector<ChatSummary> chats_;
  QJsonArray pending_;
  std::map<MessageId, bool> told_;  // whether it was told as whole
};

}  // namespace

int use_window(const QString& folder, quint32 seed) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it has no end of its own
  const HurriedUser user(folder, seed);
  return QApplication::exec();
}
