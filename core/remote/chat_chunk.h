#pragma once

#include "core/api/error.h"
#include "core/api/generation_event.h"
#include "core/api/metrics.h"
#include "core/remote/tool_call_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// What a server counted.
struct ChatUsage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::optional<std::int64_t> image_tokens;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> reasoning_tokens;
};

/// One event of a streamed chat completion (the first choice of it).
struct ChatChunk {
  std::string text;
  std::string reasoning;
  std::vector<ToolCallPiece> tool_calls;
  std::vector<TokenLogprob> logprobs;        ///< of the chosen tokens, without ids
  std::optional<std::string> finish_reason;  ///< "stop", "length", ...
  std::optional<std::string> stop_string;    ///< vLLM's stop_reason, where it is a string
  std::optional<ChatUsage> usage;
  std::optional<StageTimes> timings;          ///< what Fovea's server or llama.cpp's measured
  std::optional<std::int64_t> vision_reused;  ///< Fovea's alone
  std::optional<std::string> error;           ///< the server gave up; its words
};

/// Reads one event's data. Members that are missing, null or unknown are passed over; nothing if it is no
/// JSON object, or a member has a type that makes no sense.
std::optional<ChatChunk> parse_chat_chunk(std::string_view data);

}  // namespace fovea
