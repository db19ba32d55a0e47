#pragma once

#include "app/server/answering/generation.h"
#include "app/server/openai/chat_request.h"
#include "app/server/openai/tool_calls.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// What every object of one answer says about it.
struct ChatHead {
  std::string id;  ///< "chatcmpl-…"
  std::string model;
  std::int64_t created = 0;     ///< seconds since 1970
  double upload_seconds = 0.0;  ///< for `timings`
  double parse_seconds = 0.0;
};

/// `chat.completion` of answers of which none failed.
nlohmann::ordered_json chat_completion(const ChatHead& head, const ChatRequest& request,
                                       const std::vector<CollectedAnswer>& answers);

/// Turns events into `chat.completion.chunk`s as server-sent events. One call at a time.
class ChatStream {
 public:
  /// `request` says what is told; it is not kept.
  ChatStream(ChatHead head, const ChatRequest& request);

  /// The events' text for what came; empty if there is nothing to tell.
  std::string take(std::size_t choice, const GenerationEvent& event);
  /// The end: usage where it was asked for, a preset's verdicts, and the closing mark; after a failure none.
  std::string finish(const std::vector<CollectedAnswer>& answers);

 private:
  struct Choice {
    bool begun = false;
    ToolCallParser parser;
    std::vector<TokenLogprob> waiting;  ///< of text that is held back
  };

  nlohmann::ordered_json chunk() const;
  std::string choice_chunk(std::size_t choice, nlohmann::ordered_json delta,
                           const std::vector<TokenLogprob>& logprobs,
                           nlohmann::ordered_json finish = nullptr) const;
  std::string piece_chunks(std::size_t choice, const ToolCallParser::Piece& piece);
  std::string progress_chunk(nlohmann::ordered_json progress) const;
  std::string on_delta(std::size_t choice, const TextDelta& delta);

  ChatHead head_;
  bool include_usage_;
  bool include_progress_;
  bool tools_;
  bool logprobs_;
  bool verdicts_;
  bool failed_ = false;
  std::vector<Choice> choices_;
};

/// One server-sent event with JSON in it.
std::string sse_event(const nlohmann::ordered_json& data);

}  // namespace fovea::server
