#pragma once

#include "ui/chat_types.h"
#include "ui/engine_inbox.h"
#include "ui/message_tree.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>
#include <vector>

namespace fovea::ui {

class EngineBridge;
class HistoryStore;

/// How far a running answer has come.
struct AnswerProgress {
  enum class Step { kReading, kQueued, kPreparing, kVision, kPrefill, kWriting };
  Step step = Step::kReading;
  std::int64_t done = 0;
  std::int64_t total = 0;  ///< 0: not known
};

/// Which of a message's versions is shown, counted from 1.
struct VersionPlace {
  int number = 1;
  int count = 1;
};

/// The conversation that the window shows, and the answer that runs in it. It asks the engine, keeps
/// everything in the history and tells what changed; it knows no widget. GUI thread.
class ChatSession : public QObject {
  Q_OBJECT

 public:
  ChatSession(EngineBridge& bridge, HistoryStore& store, QObject* parent = nullptr);

  /// What has come of a running answer is kept.
  ~ChatSession() override;

  const std::vector<ChatMessage>& messages() const { return chat_.messages; }
  const ChatSummary& summary() const { return chat_.summary; }
  const ChatOptions& options() const { return chat_.options; }
  bool empty() const { return chat_.messages.empty(); }
  bool running() const { return running_.has_value(); }
  const AnswerProgress& progress() const { return progress_; }
  /// The place of the running answer; -1 if none runs.
  int running_index() const;

  /// Begins a chat that is kept once something is asked or drafted.
  void begin_new(const ChatOptions& options);
  /// Shows the branch with this message, or for 0 the one that was shown last.
  void open(ChatId chat, MessageId message = 0);

  /// Asks with the pictures that are usable; an empty text is sent if there are pictures.
  void ask(const QString& text, std::vector<Attachment> attachments);
  void stop();
  /// Answers the question before this answer anew; what there was stays as an earlier version.
  void regenerate(int index);
  /// Answers anew with twice the token limit, which is the chat's from then on.
  void regenerate_longer(int index);
  /// Goes on with an answer that was cut, stopped or interrupted. If something follows it, what there was
  /// stays as an earlier version.
  void continue_answer(int index);
  /// Gives a question back for editing: the chat is shown up to it, and what is asked next is another version
  /// of it. Until then stop_editing() shows the chat as it was.
  ChatMessage edit(int index);
  void stop_editing();
  bool editing() const { return edited_ != 0; }

  VersionPlace version_of(int index) const;
  /// Shows another version of a message, and what followed it: so many further on, back if negative. Nothing
  /// while an answer runs, or if there is none.
  void show_version(int index, int step);
  /// The same for the last message that has versions.
  void show_last_version(int step);

  void set_title(const QString& title);
  void set_options(const ChatOptions& options);
  void save_draft(const QString& text, const std::vector<Attachment>& attachments);

 Q_SIGNALS:
  /// Another chat is about to take the place of this one: the last moment for its draft.
  void leaving();
  void opened(const QString& draft, const std::vector<fovea::ui::Attachment>& attachments);
  void openFailed(const QString& problem);
  void appended(int index);
  void changed(int index);
  void grew(int index, const QString& text, const QString& reasoning);
  /// Other messages than before: show everything anew.
  void reset();
  /// The same, and what changed is the version of the message at this place.
  void versionShown(int index, int step);
  void editingChanged(bool editing);
  void progressed();
  /// A question is about to be handed to the engine.
  void submitting();
  void runningChanged();
  void summaryChanged();
  void answered(const fovea::ui::ChatMessage& answer);
  /// New tokens of the running answer: how many, since the last time.
  void tokensCame(int count);

 private:
  void on_event(quint64 ask, const GenerationEvent& event);
  void on_saved(quint64 ask, const UploadSaving& saving);
  void start_answer();
  /// Runs the answer with this id, once the pictures that are missing have been fetched.
  void run(MessageId answer);
  void submit();
  void finish(MessageState state, const QString& problem, const RequestMetrics& metrics);
  /// Shows the branch that ends with a message; tells nobody.
  void show_up_to(MessageId message);
  /// Puts the message behind the last one.
  void append(ChatMessage message);
  void leave_from(int index);
  void end_editing();
  void keep_chat();
  void take_up(Chat chat, bool kept);

  EngineBridge& bridge_;
  HistoryStore& store_;
  Chat chat_;
  bool kept_ = false;             // the chat is in the history
  bool titled_ = false;           // the title is the user's, or stands since the first question
  std::optional<AskId> running_;  // 0: pictures are still fetched
  MessageId running_message_ = 0;
  bool elsewhere_ = false;  // the running answer comes from a server
  UploadSaving saving_;     // of the running answer's question
  AnswerProgress progress_;
  quint64 wish_ = 0;      // of the chat to be shown; one that is still read for an older wish is not
  MessageTree tree_;      // of chat_.messages and chat_.aside
  MessageId edited_ = 0;  // while a question is edited: the end of the branch before; 0: none is
  QTimer save_timer_;     // writes a growing answer now and then
};

}  // namespace fovea::ui
