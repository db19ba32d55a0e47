#pragma once

#include "core/api/generation_event.h"
#include "core/api/generation_request.h"
#include "core/api/message.h"
#include "core/api/metrics.h"
#include "core/api/upload_saving.h"

#include <QByteArray>
#include <QImage>
#include <QMetaType>
#include <QSize>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace fovea::ui {

// The values of a conversation. They are copied between the window and its storage thread.

using ChatId = qint64;
using MessageId = qint64;

/// A number that no other chat or message of this machine has, growing with time.
qint64 new_id();

/// A picture or a clip beside a question.
struct Attachment {
  bool clip = false;
  bool loading = false;  ///< being read; only the name is known
  QString name;
  QString path;     ///< of a clip
  QByteArray hash;  ///< SHA-256 of a picture's file in hexadecimal
  QSize size;       ///< pixels
  QImage thumbnail;
  QString note;     ///< what was left out of the file
  QString problem;  ///< why it cannot be read; it is not sent then
  std::shared_ptr<const std::vector<std::uint8_t>>
      bytes;  ///< a picture's file; null until fetched from storage

  bool usable() const { return !loading && problem.isEmpty(); }
};

enum class MessageState {
  kComplete,
  kRunning,
  kStopped,      ///< by the user
  kCut,          ///< at the answer's token limit
  kInterrupted,  ///< the program or its engine ended meanwhile
  kFailed,
};

/// What an answer cost, of RequestMetrics what is kept.
struct AnswerFigures {
  StageTimes stages;
  double ttft = 0.0;  ///< seconds
  double tpot = 0.0;  ///< seconds
  double total = 0.0;
  std::int64_t prompt_tokens = 0;
  std::int64_t vision_tokens = 0;
  std::int64_t vision_reused = 0;
  std::int64_t prefix_reused = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t draft_tokens = 0;      ///< guessed and checked
  std::int64_t draft_accepted = 0;    ///< of those, right
  bool answer_cached = false;         ///< kept from an earlier question; the model did not run
  std::uint64_t peak_memory = 0;      ///< bytes
  bool elsewhere = false;             ///< a server answered: caches, drafts and memory of its are not known
  Untold untold;                      ///< by a server elsewhere: those numbers mean nothing
  UploadSaving upload;                ///< of no pictures: none was made smaller on its way
  double forecast_ttft = 0.0;         ///< seconds, before it began, without the queue; 0: not known
  std::uint64_t forecast_memory = 0;  ///< bytes, before it began; 0: not known

  /// Time to first token without the queue: what the forecast is of.
  double ttft_alone() const { return ttft > 0.0 ? ttft - stages[Stage::kQueue] : 0.0; }
  double tokens_per_second() const { return tpot > 0.0 ? 1.0 / tpot : 0.0; }
};
AnswerFigures figures_of(const RequestMetrics& metrics);

struct ChatMessage {
  MessageId id = 0;
  MessageId parent = 0;  ///< the message that it follows; 0: it begins the chat
  Role role = Role::kUser;
  QString text;
  QString reasoning;
  std::vector<Attachment> attachments;
  MessageState state = MessageState::kComplete;
  QString problem;  ///< of a failed answer: what was wrong and what to do; of one whose engine ended: why
  std::optional<AnswerFigures> figures;
  std::vector<VisionInput> vision;
  QString model;  ///< that answered
};

/// Whether it is an answer whose end is missing.
bool can_be_continued(const ChatMessage& message);

/// What a chat says beside its messages. Unset values are the model's own.
struct ChatOptions {
  QString system_prompt;
  std::optional<double> temperature;
  std::optional<double> top_p;
  int max_new_tokens = 1024;
  Thinking thinking = Thinking::kModelDefault;
  std::int64_t max_pixels = 0;  ///< of a resized picture; 0: what the checkpoint says
};

/// A chat in the list.
struct ChatSummary {
  ChatId id = 0;
  QString title;
  bool pinned = false;
  qint64 updated = 0;         ///< milliseconds since 1970, UTC
  QString hit;                ///< where a search found it
  MessageId hit_message = 0;  ///< the message that holds `hit`; 0: none
  QStringList tags = {};      ///< in alphabetical order
};

/// Which chats are asked for: all, or those that hold a text, have a tag, or both.
struct ChatQuery {
  QString text = {};
  QString tag = {};
};

inline constexpr int kLongestTag = 40;  ///< characters

/// A tag as it is kept, of what was typed: on one line, without blanks around, cut at kLongestTag.
QString tag_of(const QString& typed);

/// A chat as a whole.
struct Chat {
  ChatSummary summary;
  ChatOptions options;
  QString draft;
  std::vector<Attachment> draft_attachments;
  std::vector<ChatMessage> messages;  ///< of the branch that is shown, in order
  std::vector<ChatMessage> aside;     ///< of other branches: earlier versions and what followed them
};

}  // namespace fovea::ui
