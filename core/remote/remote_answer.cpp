#include "core/remote/remote_answer.h"

#include "core/remote/server_fault.h"

#include <utility>

namespace fovea {
namespace {

constexpr std::size_t kMostEventBytes = 4U << 20;    // one event; a piece of text is a few bytes
constexpr std::size_t kMostAnswerBytes = 64U << 20;  // of text in all

Stage after(Stage stage) {
  switch (stage) {
    case Stage::kClientEncode:
    case Stage::kQueue:
      return Stage::kUpload;
    case Stage::kUpload:
      return Stage::kFirstToken;
    default:
      return Stage::kDecode;
  }
}

double seconds_between(RemoteAnswer::Clock::time_point from, RemoteAnswer::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

RemoteAnswer::RemoteAnswer(About about, EventSink sink)
    : about_(std::move(about)),
      sink_(std::move(sink)),
      parser_([this](std::string_view data) { return on_event(data); }, kMostEventBytes),
      submitted_(Clock::now()),
      last_mark_(submitted_),
      last_text_(submitted_) {}

void RemoteAnswer::mark(Stage stage, Clock::time_point now) {
  current_ = after(stage);
  if (now <= last_mark_) return;
  metrics_.stages[stage] += seconds_between(last_mark_, now);
  last_mark_ = now;
}

void RemoteAnswer::queued() {
  sink_({about_.request, Queued{}});
}

void RemoteAnswer::restart() {
  parser_ = SseParser([this](std::string_view data) { return on_event(data); }, kMostEventBytes);
  any_event_ = false;
  usage_.reset();
  finish_reason_.reset();
  calls_ = {};
}

bool RemoteAnswer::take(std::string_view bytes) {
  if (parser_.push(bytes) == SseParser::State::kTooLarge) {
    failure_ = malformed("one event is larger than " + std::to_string(kMostEventBytes >> 20U) + " MB.",
                         about_.server);
  }
  return !settled();
}

bool RemoteAnswer::on_event(std::string_view data) {
  if (data == "[DONE]") {
    done_ = true;
    return false;
  }
  std::optional<ChatChunk> chunk = parse_chat_chunk(data);
  if (!chunk) {
    failure_ = malformed("a part of the answer is no JSON as it should be.", about_.server);
    return false;
  }
  any_event_ = true;
  return on_chunk(*chunk);
}

bool RemoteAnswer::on_chunk(ChatChunk& chunk) {
  if (chunk.error) {
    const std::string words = shown_words(*chunk.error, about_.key);
    failure_ =
        Error{ErrorCode::kModelError,
              "The server " + about_.server.shown() + " gave up" + (words.empty() ? "." : ": " + words),
              "Its own log may say why.",
              {}};
    return false;
  }
  if (chunk.usage) {
    // Told before the text, it says how long the prompt is.
    if (!begun_ && !usage_ && chunk.text.empty() && chunk.reasoning.empty() && !chunk.finish_reason) {
      sink_({about_.request, Preprocessed{{}, chunk.usage->prompt_tokens}});
    }
    usage_ = chunk.usage;
  }
  if (chunk.timings) timings_ = chunk.timings;
  if (chunk.vision_reused) metrics_.vision_reused = *chunk.vision_reused;
  on_text(chunk);
  if (chunk.finish_reason) finish_reason_ = chunk.finish_reason;
  if (chunk.stop_string) stop_string_ = *chunk.stop_string;
  return !failure_;
}

void RemoteAnswer::on_text(ChatChunk& chunk) {
  if (chunk.text.empty() && chunk.reasoning.empty() && chunk.tool_calls.empty()) return;
  text_bytes_ += chunk.text.size() + chunk.reasoning.size();
  for (const ToolCallPiece& piece : chunk.tool_calls)
    text_bytes_ += piece.name.size() + piece.arguments.size();
  if (text_bytes_ > kMostAnswerBytes) {
    failure_ = Error{ErrorCode::kTooLarge,
                     "The answer of " + about_.server.shown() + " is over " +
                         std::to_string(kMostAnswerBytes >> 20U) + " MB.",
                     "Set --max-tokens.",
                     {}};
    return;
  }
  last_text_ = Clock::now();
  mark(begun_ ? Stage::kDecode : Stage::kFirstToken, last_text_);
  begun_ = true;
  const double time = seconds_between(submitted_, last_text_);
  metrics_.token_times.push_back(time);
  chunk.text += calls_.push(chunk.tool_calls);
  TextDelta delta;
  delta.times.push_back(time);
  delta.logprobs = chunk.logprobs;
  if (!chunk.reasoning.empty()) {
    reasoned_ = true;
    if (!chunk.text.empty()) {  // times and logprobs go with the last piece
      TextDelta first;
      first.text = std::move(chunk.reasoning);
      first.reasoning = true;
      send(std::move(first));
    }
  }
  delta.reasoning = chunk.text.empty() && !chunk.reasoning.empty();
  delta.text = std::move(delta.reasoning ? chunk.reasoning : chunk.text);
  send(std::move(delta));
}

void RemoteAnswer::send(TextDelta delta) {
  sink_({about_.request, std::move(delta)});
}

/// Puts the server's own stages in the place of the time that it was waited for, where they fit into it.
void RemoteAnswer::use_timings(const StageTimes& server) {
  StageTimes theirs = server;
  for (const Stage ours : {Stage::kClientEncode, Stage::kUpload, Stage::kPaint}) theirs[ours] = 0.0;
  StageTimes& stages = metrics_.stages;
  if (theirs.total() > stages[Stage::kFirstToken] + stages[Stage::kDecode]) return;
  stages[Stage::kFirstToken] = 0.0;
  stages[Stage::kDecode] = 0.0;
  for (std::size_t i = 0; i < kStageCount; ++i) stages.seconds[i] += theirs.seconds[i];
}

void RemoteAnswer::settle_metrics() {
  mark(current_);
  metrics_.total_seconds = seconds_between(submitted_, last_mark_);
  Untold& untold = metrics_.untold;
  untold.tokens = !usage_;
  untold.vision = about_.has_pictures && !(usage_ && usage_->image_tokens);
  untold.reasoning = reasoned_ && !(usage_ && usage_->reasoning_tokens);
  if (usage_) {
    metrics_.prompt_tokens = usage_->prompt_tokens;
    metrics_.completion_tokens = usage_->completion_tokens;
    metrics_.vision_tokens = usage_->image_tokens.value_or(0);
    metrics_.prefix_reused = usage_->cached_tokens.value_or(0);
    metrics_.reasoning_tokens = usage_->reasoning_tokens.value_or(0);
  }
  if (timings_) use_timings(*timings_);
}

void RemoteAnswer::finish_stream() {
  if (failure_) return fail(*std::exchange(failure_, std::nullopt));
  if (!finish_reason_) {
    if (!any_event_) return fail(malformed("it sent no stream of events.", about_.server));
    return fail({ErrorCode::kUnreachable,
                 "The answer of " + about_.server.shown() + " broke off.",
                 "Ask again; the server's own log may say why.",
                 {}});
  }
  if (*finish_reason_ == "content_filter") {
    return fail(
        {ErrorCode::kModelError, "The server's filter stopped the answer.", "Ask in other words.", {}});
  }
  if (std::string last = calls_.finish(); !last.empty()) {
    TextDelta delta;
    delta.text = std::move(last);
    send(std::move(delta));
  }
  Finished finished;
  if (*finish_reason_ == "length") {
    finished.reason = FinishReason::kLength;
  } else if (!stop_string_.empty() && about_.stop_strings > 0) {
    finished.reason = FinishReason::kStopString;
    finished.stop_string = stop_string_;
  }
  settle_metrics();
  finished.metrics = std::move(metrics_);
  sink_({about_.request, std::move(finished)});
}

void RemoteAnswer::fail(Error error) {
  settle_metrics();
  sink_({about_.request, Failed{std::move(error), std::move(metrics_)}});
}

void RemoteAnswer::cancelled() {
  settle_metrics();
  sink_({about_.request, Finished{FinishReason::kCancelled, {}, std::move(metrics_)}});
}

}  // namespace fovea
