#pragma once

#include "core/api/error.h"
#include "ui/chat_types.h"
#include "ui/services.h"
#include "ui/task_thread.h"

#include <QLockFile>
#include <QObject>
#include <functional>
#include <memory>
#include <vector>

namespace fovea::ui {

class Database;

enum class ExportFormat { kMarkdown, kHtml, kJson, kPdf };

/// The history behind a thread of its own. Functions are called on the GUI thread, return at once and are
/// carried out in their order; answers come by callback on the GUI thread, or not at all when the store is
/// gone. Its destructor waits until all is written.
class HistoryStore : public QObject {
  Q_OBJECT

 public:
  using Pictures = std::vector<std::shared_ptr<const std::vector<std::uint8_t>>>;
  template <typename T>
  using Done = std::function<void(T)>;

  explicit HistoryStore(const QString& folder, QObject* parent = nullptr);
  ~HistoryStore() override;

  void list(const ChatQuery& query, Done<std::vector<ChatSummary>> done);
  /// All tags that chats have, in alphabetical order.
  void tags(Done<QStringList> done);
  /// Shows the branch with this message, or for 0 the one that was shown last.
  void read(ChatId chat, MessageId message, Done<Result<Chat>> done);
  /// The chat with the draft that was being written when the program ended last; 0: there is none, or
  /// another window uses this history and may be writing it now.
  void left_draft(Done<ChatId> done);
  /// The bytes of pictures by their hashes, in their order; a missing one is the error.
  void pictures(std::vector<QByteArray> hashes, Done<Result<Pictures>> done);

  void save_chat(const ChatSummary& summary, const ChatOptions& options);
  void save_draft(ChatId chat, const QString& text, std::vector<Attachment> attachments);
  void save_message(ChatId chat, ChatMessage message);
  void set_title(ChatId chat, const QString& title);
  void set_pinned(ChatId chat, bool pinned);
  void set_tag(ChatId chat, const QString& tag, bool on);
  void set_chat_removed(ChatId chat, bool removed);
  /// The branch that a chat shows from now on: the one that leads to this message.
  void set_shown(ChatId chat, MessageId message);

  /// `decode` reads pictures' files for formats that hold pixels, on the store's thread.
  void export_chat(ChatId chat, const QString& file, ExportFormat format, const PictureDecoder& decode,
                   Done<Result<void>> done);
  /// Reads a chat that export_chat wrote as JSON and keeps it as a new one; `decode` makes its thumbnails.
  void import_chat(const QString& file, const PictureDecoder& decode, Done<Result<ChatId>> done);

 Q_SIGNALS:
  /// Something was not saved; what the window shows stays.
  void failed(const fovea::Error& error);
  /// A damaged history was put aside under this name, and so many chats were recovered.
  void recovered(const QString& kept_as, int chats);
  /// The list of chats is not what it was.
  void changed();

 private:
  template <typename Work>
  void write(Work work);
  template <typename Work, typename T>
  void ask(Work work, Done<T> done);

  std::unique_ptr<Database> database_;  // the thread's
  std::unique_ptr<QLockFile> lock_;     // the thread's; held: no other window uses this history
  TaskThread thread_;
};

}  // namespace fovea::ui
