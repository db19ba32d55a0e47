// The database as a file: opening, tables, damage.
#include "ui/history/database.h"
#include "ui/history/statement.h"
#include "ui/words.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QSqlError>
#include <QSqlRecord>
#include <array>
#include <set>

namespace fovea::ui {
namespace {

constexpr auto kTables = std::to_array<const char*>({
    "CREATE TABLE IF NOT EXISTS chats(id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT '', pinned INTEGER "
    "NOT NULL "
    "DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0, options TEXT NOT NULL DEFAULT '', draft TEXT NOT NULL "
    "DEFAULT '', "
    "removed INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS messages(id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, role TEXT NOT NULL, "
    "text TEXT "
    "NOT NULL, reasoning TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '', "
    "figures TEXT "
    "NOT NULL DEFAULT '', vision TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '', removed INTEGER "
    "NOT NULL "
    "DEFAULT 0)",
    "CREATE INDEX IF NOT EXISTS messages_of_chat ON messages(chat, id)",
    "CREATE TABLE IF NOT EXISTS attachments(owner TEXT NOT NULL, owner_id INTEGER NOT NULL, place INTEGER "
    "NOT NULL, clip "
    "INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, width INTEGER NOT NULL, "
    "height INTEGER "
    "NOT NULL, note TEXT NOT NULL, thumbnail BLOB, PRIMARY KEY(owner, owner_id, place)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS tags(chat INTEGER NOT NULL, tag TEXT NOT NULL COLLATE NOCASE, PRIMARY "
    "KEY(chat, "
    "tag)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(text, content='messages', content_rowid='id', "
    "tokenize='trigram')",
    "CREATE TRIGGER IF NOT EXISTS found_new AFTER INSERT ON messages BEGIN INSERT INTO found(rowid, text) "
    "VALUES(new.id, "
    "new.text); END",
    "CREATE TRIGGER IF NOT EXISTS found_old AFTER DELETE ON messages BEGIN INSERT INTO found(found, rowid, "
    "text) "
    "VALUES('delete', old.id, old.text); END",
    "CREATE TRIGGER IF NOT EXISTS found_changed AFTER UPDATE OF text ON messages WHEN old.text <> new.text "
    "BEGIN INSERT "
    "INTO found(found, rowid, text) VALUES('delete', old.id, old.text); INSERT INTO found(rowid, text) "
    "VALUES(new.id, "
    "new.text); END",
});

/// What brings a file from one version to the next, from version 0 on, which had one branch a chat.
constexpr auto kSchemaSteps = std::to_array<std::array<const char*, 2>>({
    // -1: follows the message before it, as all did.
    {"ALTER TABLE messages ADD COLUMN parent INTEGER NOT NULL DEFAULT -1",
     "ALTER TABLE chats ADD COLUMN shown INTEGER NOT NULL DEFAULT 0"},
});
constexpr int kVersion = int(kSchemaSteps.size());

constexpr std::array<const char*, 3> kEndings = {"", "-wal", "-shm"};

}  // namespace

Database::Database(QString folder)
    : folder_(std::move(folder)),
      connection_(QStringLiteral("history-%1").arg(new_id())),
      pictures_(folder_ + QStringLiteral("/pictures")) {}

Database::~Database() {
  sql_.close();
  sql_ = {};
  QSqlDatabase::removeDatabase(connection_);
}

FileFault Database::connect_to_file() {
  if (!sql_.isValid()) sql_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
  sql_.setDatabaseName(folder_ + QStringLiteral("/history.sqlite"));
  sql_.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
  if (!sql_.open()) return fault_of(sql_.lastError());
  for (const char* setting :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA secure_delete = OFF"}) {
    if (Statement set(sql_, setting); !set.run()) return set.fault();
  }
  return FileFault::kNone;
}

FileFault Database::check_file() {
  Statement check(sql_, "PRAGMA quick_check(1)");
  if (!check.run()) return check.fault();
  return check.next() && check.value(0).toString() == QLatin1String("ok") ? FileFault::kNone
                                                                          : FileFault::kDamaged;
}

QString Database::move_aside() {
  sql_.close();
  QString name = QStringLiteral("history-damaged-%1.sqlite")
                     .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz")));
  for (const char* ending : kEndings) {
    const QString from = folder_ + QStringLiteral("/history.sqlite") + QLatin1String(ending);
    if (QFile::exists(from)) QFile::rename(from, folder_ + u'/' + name + QLatin1String(ending));
  }
  return name;
}

Result<Database::Opened> Database::open(bool others_run) {
  QDir().mkpath(folder_);
  Opened out;
  const Error unusable{
      ErrorCode::kInternal,
      tr("The history cannot be opened.").toStdString(),
      tr("Check that its folder can be written. Chats are not saved meanwhile.").toStdString(),
      {}};
  const bool there = QFile::exists(folder_ + QStringLiteral("/history.sqlite"));
  FileFault fault = connect_to_file();
  if (fault == FileFault::kNone) fault = check_file();
  if (fault == FileFault::kNone && version() > kVersion) {
    sql_.close();
    return Error{ErrorCode::kUnsupported,
                 tr("The history was written by a later version of Fovea.").toStdString(),
                 tr("Use that version. Chats are not saved meanwhile.").toStdString(),
                 {}};
  }
  if (fault == FileFault::kNone) fault = make_tables();
  // A disk that is full or may not be written says nothing against the file: it stays where it is.
  if (fault == FileFault::kDamaged && there && !others_run) {
    out.moved_aside = move_aside();
    fault = connect_to_file();
    if (fault == FileFault::kNone) fault = make_tables();
    if (fault == FileFault::kNone) out.recovered_chats = salvage(out.moved_aside);
  }
  if (fault != FileFault::kNone) return unusable;
  if (!others_run) {
    if (!Statement(sql_, "UPDATE messages SET state = 'interrupted' WHERE state = 'running'").run())
      return unusable;
    purge();
  }
  return out;
}

int Database::version() {
  Statement read(sql_, "PRAGMA user_version");
  return read.run() && read.next() ? read.value(0).toInt() : 0;
}

FileFault Database::make_tables() {
  Transaction all(sql_);
  for (const char* table : kTables) {
    if (Statement make(sql_, table); !make.run()) return make.fault();
  }
  for (int from = version(); from < kVersion; ++from) {
    for (const char* step : kSchemaSteps[std::size_t(from)]) {
      if (Statement change(sql_, step); !change.run()) return change.fault();
    }
  }
  Statement note(sql_, QStringLiteral("PRAGMA user_version = %1").arg(kVersion).toUtf8().constData());
  if (!note.run()) return note.fault();
  return all.commit() ? FileFault::kNone : all.fault();
}

void Database::purge() {
  Transaction all(sql_);
  for (const char* sql :
       {"DELETE FROM messages WHERE removed = 1 OR chat IN (SELECT id FROM chats WHERE removed = 1)",
        "DELETE FROM chats WHERE removed = 1", "DELETE FROM tags WHERE chat NOT IN (SELECT id FROM chats)",
        "DELETE FROM attachments WHERE (owner = 'message' AND owner_id NOT IN (SELECT id FROM messages)) "
        "OR (owner = 'draft' AND owner_id NOT IN (SELECT id FROM chats))"}) {
    if (!Statement(sql_, sql).run()) return;
  }
  if (!all.commit()) return;
  std::set<QByteArray> used;
  Statement rows(sql_, "SELECT DISTINCT hash FROM attachments");
  if (!rows.run()) return;  // nothing is known of what is used
  while (rows.next()) used.insert(rows.value(0).toByteArray());
  pictures_.keep_only(used);
}

int Database::salvage(const QString& damaged) {
  const QString name = connection_ + QStringLiteral("-damaged");
  int chats = 0;
  {
    QSqlDatabase old = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    old.setDatabaseName(folder_ + u'/' + damaged);
    old.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY"));
    if (old.open()) {
      // Row by row, forward and backward: pages before and behind the damage are both reached.
      for (const char* table : {"chats", "messages", "attachments", "tags"}) {
        for (const char* order : {"", " ORDER BY rowid DESC"}) {
          const QString t = QLatin1String(table);
          const bool has_rowid = t != QLatin1String("attachments") && t != QLatin1String("tags");
          if (!has_rowid && *order != '\0') continue;
          QSqlQuery rows(old);
          rows.setForwardOnly(true);
          if (!rows.exec(QStringLiteral("SELECT * FROM ") + t + QLatin1String(order))) continue;
          while (rows.next()) {
            const QSqlRecord record = rows.record();
            QStringList columns;
            QStringList marks;
            QVariantList values;
            for (int i = 0; i < record.count(); ++i) {
              columns.append(record.fieldName(i));
              marks.append(QStringLiteral("?"));
              values.append(record.value(i));
            }
            Statement copy(sql_, QStringLiteral("INSERT OR IGNORE INTO %1(%2) VALUES(%3)")
                                     .arg(t, columns.join(u','), marks.join(u','))
                                     .toUtf8()
                                     .constData());
            copy.run(values);
          }
        }
      }
    }
  }
  QSqlDatabase::removeDatabase(name);
  // Messages whose chat is lost get one.
  Statement(sql_,
            "INSERT OR IGNORE INTO chats(id, title, updated) SELECT DISTINCT chat, 'Recovered chat', chat >> "
            "12 FROM messages")
      .run();
  Statement count(sql_, "SELECT count(*) FROM chats");
  if (count.run() && count.next()) chats = count.value(0).toInt();
  return chats;
}

}  // namespace fovea::ui
