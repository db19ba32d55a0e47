#include "ui/chat_types.h"

#include <QDateTime>
#include <QRandomGenerator>
#include <algorithm>
#include <mutex>

namespace fovea::ui {

qint64 new_id() {
  static std::mutex mutex;
  static qint64 last = 0;
  const std::lock_guard lock(mutex);
  // Milliseconds and 12 random bits: another window of the same program makes others.
  const qint64 next =
      (QDateTime::currentMSecsSinceEpoch() << 12) + qint64(QRandomGenerator::global()->bounded(4096));
  last = std::max(next, last + 1);
  return last;
}

QString tag_of(const QString& typed) {
  return typed.simplified().left(kLongestTag).trimmed();
}

AnswerFigures figures_of(const RequestMetrics& metrics) {
  AnswerFigures out;
  out.stages = metrics.stages;
  out.ttft = metrics.ttft();
  out.tpot = metrics.tpot();
  out.total = metrics.total_seconds;
  out.prompt_tokens = metrics.prompt_tokens;
  out.vision_tokens = metrics.vision_tokens;
  out.vision_reused = metrics.vision_reused;
  out.prefix_reused = metrics.prefix_reused;
  out.completion_tokens = metrics.completion_tokens;
  out.reasoning_tokens = metrics.reasoning_tokens;
  out.draft_tokens = metrics.draft_tokens;
  out.draft_accepted = metrics.draft_accepted;
  out.answer_cached = metrics.answer_cached;
  out.untold = metrics.untold;
  out.peak_memory = metrics.peak_memory_bytes;
  out.forecast_ttft = metrics.forecast_ttft;
  out.forecast_memory = metrics.forecast_memory_bytes;
  return out;
}

bool can_be_continued(const ChatMessage& message) {
  const bool cut = message.state == MessageState::kCut || message.state == MessageState::kStopped ||
                   message.state == MessageState::kInterrupted || message.state == MessageState::kFailed;
  return cut && message.role == Role::kAssistant && !(message.text.isEmpty() && message.reasoning.isEmpty());
}

}  // namespace fovea::ui
