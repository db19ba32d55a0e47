#pragma once

#include "ui/chat_types.h"
#include "ui/history/picture_files.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <set>

namespace fovea::ui {

enum class FileFault;

/// The history on disk: one SQLite file in WAL mode with full synchronisation, so that what a function has
/// reported as done survives a kill and a power cut, and pictures in files beside it. Lives on one thread.
///
/// A database that is damaged is moved aside whole at open(), and what can still be read of it goes into a
/// new one. One that only cannot be opened now (the disk is full, its folder may not be written) is left
/// alone.
class Database {
  Q_DECLARE_TR_FUNCTIONS(fovea::ui::Database)

 public:
  explicit Database(QString folder);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  struct Opened {
    QString moved_aside;  ///< name of the damaged file that was kept; empty usually
    int recovered_chats = 0;
  };
  /// Opens or makes the database; purges what was deleted in an earlier run and marks answers that were cut
  /// off by the program's end, unless `others_run` (another window uses the same file). A file of an earlier
  /// version is brought up to this one, in one transaction. kUnsupported: a later version wrote it, and it is
  /// left alone; kDiskFull, kInternal.
  Result<Opened> open(bool others_run);

  /// All chats, the pinned first, then the newest; with `query` those whose title, tags or messages hold it,
  /// with the place; with `tag` of those the ones that have it.
  Result<std::vector<ChatSummary>> list(const QString& query, const QString& tag = {});
  /// The tags that chats have, in alphabetical order.
  Result<QStringList> tags();
  /// A chat with all of its branches, without its pictures' bytes. Shown is the branch that was shown last,
  /// or the newest that goes through `message` if that is a message of the chat. kNotFound.
  Result<Chat> read(ChatId chat, MessageId message = 0);

  Result<void> save_chat(const ChatSummary& summary, const ChatOptions& options);
  /// A draft that is not empty makes its chat the one that was changed last.
  Result<void> save_draft(ChatId chat, const QString& text, const std::vector<Attachment>& attachments);
  /// The chat that was changed last of all, if it has a draft: what was being written when the program ended.
  /// 0: there is none.
  Result<ChatId> left_draft();
  /// Adds the message or replaces the one of its number, with its attachments, in one transaction. The chat's
  /// branch that ends with it is then the one that is shown.
  Result<void> save_message(ChatId chat, const ChatMessage& message);
  Result<void> set_title(ChatId chat, const QString& title);
  Result<void> set_pinned(ChatId chat, bool pinned);
  /// Gives a chat a tag, or takes it away. Tags that differ in the case of ASCII letters alone are one.
  Result<void> set_tag(ChatId chat, const QString& tag, bool on);
  Result<void> set_chat_removed(ChatId chat, bool removed);
  /// The branch that is shown from now on: the one that leads to this message, and on to its newest end.
  Result<void> set_shown(ChatId chat, MessageId message);
  Result<std::shared_ptr<const std::vector<std::uint8_t>>> picture(const QByteArray& hash) {
    return pictures_.read(hash);
  }

 private:
  FileFault connect_to_file();
  FileFault check_file();
  QString move_aside();
  int version();
  FileFault make_tables();
  int salvage(const QString& damaged);
  void purge();
  Result<void> save_attachments(const QString& owner, qint64 id, const std::vector<Attachment>& attachments);
  std::vector<Attachment> read_attachments(const QString& owner, qint64 id);

  QString folder_;
  QString connection_;
  QSqlDatabase sql_;
  PictureFiles pictures_;
};

}  // namespace fovea::ui
