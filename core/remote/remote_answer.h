#pragma once

#include "core/api/engine.h"
#include "core/api/generation_event.h"
#include "core/remote/chat_chunk.h"
#include "core/remote/server_address.h"
#include "core/remote/sse_parser.h"
#include "core/remote/tool_call_text.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fovea {

/// One streamed answer of a server: bytes in, events out, each exactly once and in order, and what was
/// measured on the way. The clock begins with the construction. One thread at a time.
class RemoteAnswer {
 public:
  using Clock = std::chrono::steady_clock;

  struct About {
    RequestId request = 0;
    ServerAddress server;
    std::string key;  ///< never to appear in a message
    bool has_pictures = false;
    std::size_t stop_strings = 0;
  };

  RemoteAnswer(About about, EventSink sink);
  RemoteAnswer(const RemoteAnswer&) = delete;
  RemoteAnswer& operator=(const RemoteAnswer&) = delete;

  /// The time from the last mark to `now` was spent in `stage`.
  void mark(Stage stage, Clock::time_point now = Clock::now());
  void queued();
  /// Bytes of the stream; false if no more are wanted, because it is whole or makes no sense.
  bool take(std::string_view bytes);
  /// Forgets what came of a stream without text, for another try.
  void restart();

  RequestId request() const { return about_.request; }
  bool begun() const { return begun_; }  ///< text came
  /// Nothing more is wanted from the connection: the answer is whole, or makes no sense.
  bool settled() const { return failure_ || done_; }
  /// The answer's end was told; what may still come are counts.
  bool finishing() const { return finish_reason_.has_value(); }
  Clock::time_point submitted() const { return submitted_; }
  Clock::time_point last_text() const { return last_text_; }

  /// Each of these sends the last event; exactly one of them is called, once.
  void finish_stream();  ///< the connection has ended, in order or not
  void fail(Error error);
  void cancelled();

 private:
  bool on_event(std::string_view data);
  bool on_chunk(ChatChunk& chunk);
  void on_text(ChatChunk& chunk);
  void send(TextDelta delta);
  void settle_metrics();
  void use_timings(const StageTimes& server);

  About about_;
  EventSink sink_;
  SseParser parser_;
  Clock::time_point submitted_;
  Clock::time_point last_mark_;
  Stage current_ = Stage::kClientEncode;  // what the time since the last mark goes to, if it ends here
  Clock::time_point last_text_;
  bool begun_ = false;
  bool reasoned_ = false;
  bool any_event_ = false;
  bool done_ = false;
  std::size_t text_bytes_ = 0;
  ToolCallText calls_;
  std::optional<std::string> finish_reason_;
  std::string stop_string_;
  std::optional<ChatUsage> usage_;
  std::optional<StageTimes> timings_;
  std::optional<Error> failure_;
  RequestMetrics metrics_;
};

}  // namespace fovea
