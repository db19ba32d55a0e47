#pragma once

#include "ui/chat_types.h"
#include "ui/engine_inbox.h"

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
  void open(ChatId chat);

  /// Asks with the pictures that are usable; an empty text is sent if there are pictures.
  void ask(const QString& text, std::vector<Attachment> attachments);
  void stop();
  /// Answers the question before this answer anew; what came of it and after it goes, undone by
  /// undo_removal().
  void regenerate(int index);
  /// Answers anew with twice the token limit, which is the chat's from then on.
  void regenerate_longer(int index);
  /// Goes on with an answer that was cut, stopped or interrupted; what came after it goes, undone by
  /// undo_removal().
  void continue_answer(int index);
  /// Takes the question and what follows out of the chat and gives it back for editing.
  ChatMessage take_for_editing(int index);
  void undo_removal();

  void set_title(const QString& title);
  void set_options(const ChatOptions& options);
  void save_draft(const QString& text, const std::vector<Attachment>& attachments);

 Q_SIGNALS:
  void opened(const QString& draft, const std::vector<fovea::ui::Attachment>& attachments);
  void openFailed(const QString& problem);
  void appended(int index);
  void changed(int index);
  void grew(int index, const QString& text, const QString& reasoning);
  /// Messages from this place on are gone, or back after an undo: show everything anew.
  void reset();
  void removed(int count);
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
  void start_answer();
  /// Runs the answer with this id, once the pictures that are missing have been fetched.
  void run(MessageId answer);
  void submit();
  void finish(MessageState state, const QString& problem, const RequestMetrics& metrics);
  void drop_from(int index);
  void keep_chat();
  void take_up(Chat chat, bool kept);

  EngineBridge& bridge_;
  HistoryStore& store_;
  Chat chat_;
  bool kept_ = false;             // the chat is in the history
  bool titled_ = false;           // the title is the user's, or stands since the first question
  std::optional<AskId> running_;  // 0: pictures are still fetched
  MessageId running_message_ = 0;
  AnswerProgress progress_;
  std::vector<ChatMessage> removed_;  // what undo_removal() brings back
  QTimer save_timer_;                 // writes a growing answer now and then
};

}  // namespace fovea::ui
