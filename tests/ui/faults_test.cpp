// What happens around a window: the disk fills up, the clock is set back, a second window, a model that is
// taken away.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/history/database.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Opened {
  explicit Opened(const QString& folder) : Opened(test::scripted_services(test::one_answer(), folder)) {}
  explicit Opened(const WindowServices& services) : bench(services), window(bench) {
    window.resize(1280, 800);
    window.show();
  }

  /// Of the first label that shows it; empty if none does.
  QString text_with(const QString& part) {
    for (const auto* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(part)) return label->text();
    }
    return {};
  }
  bool shows(const QString& text) { return !text_with(text).isEmpty(); }
  std::vector<QString> texts() const {
    std::vector<QString> out;
    for (const ChatMessage& m : bench.session.messages()) out.push_back(m.text);
    return out;
  }

  Workbench bench;
  MainWindow window;
};

void load(Opened& o) {
  o.bench.load_usual_model();
  QTRY_VERIFY(o.bench.bridge.ready());
}

void ask(Opened& o, const QString& text) {
  o.bench.session.ask(text, {});
  QTRY_VERIFY(!o.bench.session.running());
}

/// Returns once what was handed to the history is carried out.
void settle(Opened& o) {
  bool done = false;
  o.bench.store.list({}, [&](const std::vector<ChatSummary>&) { done = true; });
  QTRY_VERIFY_WITH_TIMEOUT(done, 20'000);
  QCoreApplication::processEvents();
}

std::vector<QString> kept(const QString& folder, ChatId chat) {
  Database database(folder);
  const bool opened = database.open(true).has_value();
  const Result<Chat> read = opened ? database.read(chat) : Result<Chat>(Error{});
  std::vector<QString> out;
  if (read) {
    for (const ChatMessage& m : read->messages) out.push_back(m.text);
  }
  return out;
}

/// Takes all room of the disk that `folder` is on.
void fill(const QString& folder) {
  QFile filler(folder + QStringLiteral("/filler"));
  QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered));
  for (qint64 piece = 65'536; piece > 0; piece /= 2) {
    while (filler.write(QByteArray(piece, 'x')) == piece) {
    }
  }
}

/// A folder on a disk of a few MB; empty where there is none (small_disk.py makes it).
QString small_disk(const char* name) {
  const QString disk = qEnvironmentVariable("FOVEA_SMALL_DISK");
  if (disk.isEmpty()) return {};
  QFile::remove(disk + QStringLiteral("/filler"));
  const QString folder = disk + u'/' + QLatin1String(name);
  QDir().mkpath(folder);
  return folder;
}

}  // namespace

class FaultsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_full_disk_is_said_and_nothing_that_was_kept_is_lost() {
    const QString folder = small_disk("full");
    if (folder.isEmpty()) QSKIP("no small disk: see small_disk.py");
    ChatId chat = 0;
    {
      Opened o(folder);
      load(o);
      ask(o, QStringLiteral("before"));
      settle(o);
      chat = o.bench.session.summary().id;
      fill(QFileInfo(folder).path());
      // Long, so that no page that is there already has room for it.
      const QString question = QStringLiteral("while it is full ").repeated(4000).trimmed();
      ask(o, question);
      QTRY_VERIFY(o.shows(QStringLiteral("Not saved: ")));
      QVERIFY2(o.shows(QStringLiteral("Free some space")),
               qPrintable(o.text_with(QStringLiteral("Not saved"))));
      QCOMPARE(o.bench.session.messages().size(), std::size_t(4));
      QCOMPARE(o.bench.session.messages()[2].text, question);
      QCOMPARE(o.bench.session.messages()[3].state, MessageState::kComplete);
      QVERIFY(QFile::remove(QFileInfo(folder).path() + QStringLiteral("/filler")));
      ask(o, QStringLiteral("after"));
      settle(o);
    }
    const std::vector<QString> texts = kept(folder, chat);
    QVERIFY(texts.size() >= 4);
    QCOMPARE(texts[0], QStringLiteral("before"));
    QCOMPARE(texts[1], QStringLiteral("Forty-two."));
    QCOMPARE(texts[texts.size() - 2], QStringLiteral("after"));
    QVERIFY(QDir(folder).entryList({QStringLiteral("history-damaged-*")}).isEmpty());
  }

  void a_disk_that_is_full_at_the_start_leaves_the_history_where_it_is() {
    const QString folder = small_disk("start");
    if (folder.isEmpty()) QSKIP("no small disk: see small_disk.py");
    ChatId chat = 0;
    {
      Opened o(folder);
      load(o);
      ask(o, QStringLiteral("before"));
      chat = o.bench.session.summary().id;
    }
    fill(QFileInfo(folder).path());
    {
      Database database(folder);
      QVERIFY(!database.open(false).has_value());
    }
    {
      Opened o(folder);
      QTRY_VERIFY(o.shows(QStringLiteral("The history cannot be opened.")));
    }
    QVERIFY(QDir(folder).entryList({QStringLiteral("history-damaged-*")}).isEmpty());
    QVERIFY(QFile::remove(QFileInfo(folder).path() + QStringLiteral("/filler")));
    QCOMPARE(kept(folder, chat),
             (std::vector<QString>{QStringLiteral("before"), QStringLiteral("Forty-two.")}));
  }

  void a_clock_that_was_set_back_changes_no_order() {
    QTemporaryDir folder;
    const qint64 ahead = qint64(400) * 24 * 3600 * 1000 << 12;  // numbers are made of the time
    ChatSummary chat{new_id() + ahead, QStringLiteral("c"), false, new_id() >> 12, {}};
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      QVERIFY(database.save_chat(chat, {}).has_value());
      ChatMessage question;
      question.id = new_id() + ahead;
      question.text = QStringLiteral("first");
      QVERIFY(database.save_message(chat.id, question).has_value());
      ChatMessage said;
      said.id = new_id() + ahead;
      said.parent = question.id;
      said.role = Role::kAssistant;
      said.text = QStringLiteral("answer");
      QVERIFY(database.save_message(chat.id, said).has_value());
    }
    std::vector<QString> shown;
    {
      Opened o(folder.path());
      load(o);
      o.bench.session.open(chat.id);
      QTRY_COMPARE(o.bench.session.messages().size(), std::size_t(2));
      ask(o, QStringLiteral("second"));
      ask(o, QStringLiteral("third"));
      shown = o.texts();
      QCOMPARE(shown.size(), std::size_t(6));
    }
    QCOMPARE(kept(folder.path(), chat.id), shown);
    Opened again(folder.path());
    load(again);
    again.bench.session.open(chat.id);
    QTRY_COMPARE(again.texts(), shown);
    // Another version of the last answer is the one that is shown, also at the next start.
    again.bench.session.regenerate(5);
    QTRY_VERIFY(!again.bench.session.running());
    const MessageId newest = again.bench.session.messages().back().id;
    settle(again);
    Database database(folder.path());
    QVERIFY(database.open(true).has_value());
    QCOMPARE(database.read(chat.id)->messages.back().id, newest);
  }

  void two_windows_keep_what_each_of_them_is_told() {
    QTemporaryDir folder;
    Opened first(folder.path());
    load(first);
    ask(first, QStringLiteral("first"));
    settle(first);
    Opened second(folder.path());
    load(second);
    second.bench.session.open(first.bench.session.summary().id);
    QTRY_COMPARE(second.bench.session.messages().size(), std::size_t(2));
    // Both go on with the same chat, and with one of their own.
    ask(first, QStringLiteral("of the first"));
    ask(second, QStringLiteral("of the second"));
    second.bench.new_chat();
    ask(second, QStringLiteral("own"));
    settle(first);
    settle(second);
    QVERIFY(!first.shows(QStringLiteral("Not saved")) && !second.shows(QStringLiteral("Not saved")));
    Database database(folder.path());
    QVERIFY(database.open(true).has_value());
    for (const char* question : {"of the first", "of the second", "own"})
      QCOMPARE(database.list(QString::fromUtf8(question))->size(), std::size_t(1));
    QCOMPARE(database.list({})->size(), std::size_t(2));
  }

  void a_model_folder_that_vanishes_is_said_and_the_model_in_use_answers_on() {
    QTemporaryDir folder;
    QTemporaryDir models;
    const QString model = models.filePath(QStringLiteral("mine"));
    QVERIFY(QDir().mkpath(model));
    QFile config(model + QStringLiteral("/config.json"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.close();
    WindowServices services = test::scripted_services(test::one_answer(), folder.path());
    services.load_engine = [load = services.load_engine](
                               const EngineOptions& options,
                               const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
      const QString path = QString::fromStdString(options.model_folder);
      if (!path.startsWith(QStringLiteral("/models/")) &&
          !QFile::exists(path + QStringLiteral("/config.json")))
        return Error{ErrorCode::kNotFound, "There is no model in that folder.", "Choose another.", {}};
      return load(options, observer);
    };
    {
      Opened o(services);
      o.bench.load_model(model);
      QTRY_VERIFY(o.bench.bridge.ready());
      QVERIFY(QDir(model).removeRecursively());
      ask(o, QStringLiteral("after it vanished"));
      QCOMPARE(o.bench.session.messages().back().state, MessageState::kComplete);
      // Loaded again it is not there; what is in use stays.
      o.bench.load_model(model);
      QTRY_VERIFY(o.bench.bridge.status().error.has_value());
      QTRY_VERIFY(o.shows(QStringLiteral("There is no model in that folder.")));
      ask(o, QStringLiteral("and again"));
      QCOMPARE(o.bench.session.messages().back().state, MessageState::kComplete);
    }
    // The next start takes the one in the box.
    Opened o(services);
    QCOMPARE(o.bench.settings.model_folder, model);
    load(o);
    QCOMPARE(o.bench.bridge.status().folder, services.bundled_model);
    ask(o, QStringLiteral("next start"));
    QCOMPARE(o.bench.session.messages().back().state, MessageState::kComplete);
  }
};

std::unique_ptr<QObject> faults_suite() {
  return std::make_unique<FaultsTest>();
}

#include <faults_test.moc>
