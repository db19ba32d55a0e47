#include "ui/history_store.h"

#include "ui/history/chat_export.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/database.h"

#include <QDir>
#include <utility>

namespace fovea::ui {

HistoryStore::HistoryStore(const QString& folder, QObject* parent) : QObject(parent) {
  QDir().mkpath(folder);
  thread_.post([this, folder] {
    lock_ = std::make_unique<QLockFile>(folder + QStringLiteral("/window.lock"));
    lock_->setStaleLockTime(0);  // only a dead owner's lock is stale, however long it runs
    const bool others_run = !lock_->tryLock(0);
    database_ = std::make_unique<Database>(folder);
    const Result<Database::Opened> opened = database_->open(others_run);
    QMetaObject::invokeMethod(
        this,
        [this, opened] {
          if (!opened) {
            Q_EMIT failed(opened.error());
          } else if (!opened->moved_aside.isEmpty()) {
            Q_EMIT recovered(opened->moved_aside, opened->recovered_chats);
          }
        },
        Qt::QueuedConnection);
  });
}

HistoryStore::~HistoryStore() {
  thread_.post([this] {
    database_.reset();
    lock_.reset();
  });
  thread_.finish();
}

template <typename Work>
void HistoryStore::write(Work work) {
  thread_.post([this, work = std::move(work)] {
    const Result<void> done = work(*database_);
    QMetaObject::invokeMethod(
        this,
        [this, done] {
          if (!done) Q_EMIT failed(done.error());
          Q_EMIT changed();
        },
        Qt::QueuedConnection);
  });
}

template <typename Work, typename T>
void HistoryStore::ask(Work work, Done<T> done) {
  thread_.post([this, work = std::move(work), done = std::move(done)] {
    QMetaObject::invokeMethod(
        this, [done, answer = work(*database_)] { done(answer); }, Qt::QueuedConnection);
  });
}

void HistoryStore::list(const ChatQuery& query, Done<std::vector<ChatSummary>> done) {
  ask(
      [query](Database& database) -> std::vector<ChatSummary> {
        Result<std::vector<ChatSummary>> rows = database.list(query.text, query.tag);
        return rows ? std::move(*rows) : std::vector<ChatSummary>{};
      },
      std::move(done));
}

void HistoryStore::tags(Done<QStringList> done) {
  ask(
      [](Database& database) -> QStringList {
        Result<QStringList> tags = database.tags();
        return tags ? std::move(*tags) : QStringList{};
      },
      std::move(done));
}

void HistoryStore::read(ChatId chat, MessageId message, Done<Result<Chat>> done) {
  ask([chat, message](Database& database) { return database.read(chat, message); }, std::move(done));
}

void HistoryStore::left_draft(Done<ChatId> done) {
  ask(
      [this](Database& database) -> ChatId {
        if (!lock_->isLocked()) return 0;
        const Result<ChatId> chat = database.left_draft();
        return chat ? *chat : 0;
      },
      std::move(done));
}

void HistoryStore::pictures(std::vector<QByteArray> hashes, Done<Result<Pictures>> done) {
  ask(
      [hashes = std::move(hashes)](Database& database) -> Result<Pictures> {
        Pictures out;
        for (const QByteArray& hash : hashes) {
          auto bytes = database.picture(hash);
          if (!bytes) return bytes.error();
          out.push_back(std::move(*bytes));
        }
        return out;
      },
      std::move(done));
}

void HistoryStore::save_chat(const ChatSummary& summary, const ChatOptions& options) {
  write([summary, options](Database& database) { return database.save_chat(summary, options); });
}

void HistoryStore::save_draft(ChatId chat, const QString& text, std::vector<Attachment> attachments) {
  // Not a change of the list: nothing to tell unless it fails.
  thread_.post([this, chat, text, attachments = std::move(attachments)] {
    const Result<void> done = database_->save_draft(chat, text, attachments);
    if (!done)
      QMetaObject::invokeMethod(
          this, [this, done] { Q_EMIT failed(done.error()); }, Qt::QueuedConnection);
  });
}

void HistoryStore::save_message(ChatId chat, ChatMessage message) {
  write([chat, message = std::move(message)](Database& database) {
    return database.save_message(chat, message);
  });
}

void HistoryStore::set_title(ChatId chat, const QString& title) {
  write([=](Database& database) { return database.set_title(chat, title); });
}

void HistoryStore::set_pinned(ChatId chat, bool pinned) {
  write([=](Database& database) { return database.set_pinned(chat, pinned); });
}

void HistoryStore::set_tag(ChatId chat, const QString& tag, bool on) {
  write([=](Database& database) { return database.set_tag(chat, tag, on); });
}

void HistoryStore::set_chat_removed(ChatId chat, bool removed) {
  write([=](Database& database) { return database.set_chat_removed(chat, removed); });
}

void HistoryStore::set_shown(ChatId chat, MessageId message) {
  write([=](Database& database) { return database.set_shown(chat, message); });
}

void HistoryStore::export_chat(ChatId chat, const QString& file, ExportFormat format,
                               const PictureDecoder& decode, Done<Result<void>> done) {
  ask([=](Database& database) { return write_chat(database, chat, file, format, decode); }, std::move(done));
}

void HistoryStore::import_chat(const QString& file, const PictureDecoder& decode, Done<Result<ChatId>> done) {
  ask([=](Database& database) { return read_chat_file(database, file, decode); },
      Done<Result<ChatId>>([this, done = std::move(done)](const Result<ChatId>& chat) {
        done(chat);
        Q_EMIT changed();
      }));
}

}  // namespace fovea::ui
