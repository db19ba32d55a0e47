#include "core/remote/chat_chunk.h"

#include "core/remote/server_fault.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::json;

/// A member that is there and not null.
const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Whether the member is text, or not there; only then is `into` right.
bool read_text(const Json& object, const char* name, std::string& into) {
  const Json* text = member(object, name);
  if (text == nullptr) return true;
  if (!text->is_string()) return false;
  into = text->get<std::string>();
  return true;
}

std::optional<std::int64_t> count_at(const Json* object, const char* name) {
  const Json* count = object == nullptr ? nullptr : member(*object, name);
  if (count == nullptr || !count->is_number_integer() || count->get<std::int64_t>() < 0) return std::nullopt;
  return count->get<std::int64_t>();
}

std::optional<ChatUsage> usage_of(const Json& json) {
  const auto prompt = count_at(&json, "prompt_tokens");
  const auto completion = count_at(&json, "completion_tokens");
  if (!prompt || !completion) return std::nullopt;
  const Json* prompt_details = member(json, "prompt_tokens_details");
  const Json* completion_details = member(json, "completion_tokens_details");
  return ChatUsage{*prompt, *completion, count_at(prompt_details, "image_tokens"),
                   count_at(prompt_details, "cached_tokens"),
                   count_at(completion_details, "reasoning_tokens")};
}

/// llama.cpp's timings: milliseconds for the prompt, pictures included, and for the answer.
std::optional<StageTimes> llama_timings_of(const Json& json) {
  StageTimes times;
  for (const auto& [name, stage] :
       {std::pair{"prompt_ms", Stage::kPrefill}, std::pair{"predicted_ms", Stage::kDecode}}) {
    const Json* milliseconds = member(json, name);
    if (milliseconds == nullptr || !milliseconds->is_number()) return std::nullopt;
    times[stage] = milliseconds->get<double>() / 1000.0;
    if (!std::isfinite(times[stage]) || times[stage] < 0.0) return std::nullopt;
  }
  return times;
}

/// Seconds by stage; timings with other names than Fovea's and llama.cpp's give nothing.
std::optional<StageTimes> timings_of(const Json& json) {
  const Json* stages = member(json, "stages");
  const Json& table = stages == nullptr ? json : *stages;
  StageTimes times;
  bool any = false;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const Json* seconds = member(table, std::string(stage_name(static_cast<Stage>(i))).c_str());
    if (seconds == nullptr || !seconds->is_number()) continue;
    times.seconds[i] = seconds->get<double>();
    if (!std::isfinite(times.seconds[i]) || times.seconds[i] < 0.0) return std::nullopt;
    any = true;
  }
  return any ? std::optional(times) : llama_timings_of(json);
}

/// The pieces of tool calls in a delta; false if there is something else in their place.
bool read_tool_calls(const Json& delta, std::vector<ToolCallPiece>& into) {
  const Json* calls = member(delta, "tool_calls");
  if (calls == nullptr) return true;
  if (!calls->is_array()) return false;
  for (const Json& call : *calls) {
    if (!call.is_object()) return false;
    ToolCallPiece& piece = into.emplace_back();
    piece.index = count_at(&call, "index");
    const Json* function = member(call, "function");
    if (function == nullptr) continue;
    if (!function->is_object() || !read_text(*function, "name", piece.name)) return false;
    if (!read_text(*function, "arguments", piece.arguments)) return false;
  }
  return true;
}

/// A token's bytes: as a list of numbers, else as its text, which may have lost what is no whole character.
std::string bytes_of(const Json& token) {
  std::string text;
  read_text(token, "token", text);
  const Json* list = member(token, "bytes");
  if (list == nullptr || !list->is_array()) return text;
  std::string bytes;
  for (const Json& byte : *list) {
    if (!byte.is_number_unsigned() || byte.get<std::uint64_t>() > 0xFF) return text;
    bytes += static_cast<char>(byte.get<std::uint64_t>());
  }
  return bytes;
}

/// A finite number at most 0.
std::optional<float> logprob_at(const Json& token, const char* name) {
  const Json* value = member(token, name);
  if (value == nullptr || !value->is_number() || !(value->get<double>() <= 1e-3)) return std::nullopt;
  return value->get<float>();
}

std::vector<TokenLogprob> logprobs_of(const Json& choice) {
  std::vector<TokenLogprob> out;
  const Json* logprobs = member(choice, "logprobs");
  const Json* content = logprobs == nullptr ? nullptr : member(*logprobs, "content");
  if (content == nullptr || !content->is_array()) return out;
  for (const Json& token : *content) {
    const std::optional<float> logprob = logprob_at(token, "logprob");
    if (!logprob) continue;
    TokenLogprob& read = out.emplace_back(TokenLogprob{-1, *logprob, {}, bytes_of(token)});
    read.among_allowed = logprob_at(token, "among_allowed");  // Fovea's server tells it
    const Json* top = member(token, "top_logprobs");
    if (top == nullptr || !top->is_array()) continue;
    for (const Json& other : *top) {
      if (const std::optional<float> likely = logprob_at(other, "logprob"))
        read.top.push_back({-1, *likely, bytes_of(other)});
    }
  }
  return out;
}

bool read_choice(const Json& choice, ChatChunk& chunk) {
  if (!choice.is_object()) return false;
  if (const Json* delta = member(choice, "delta")) {
    if (!delta->is_object() || !read_text(*delta, "content", chunk.text)) return false;
    if (!read_text(*delta, "reasoning_content", chunk.reasoning)) return false;
    if (!read_tool_calls(*delta, chunk.tool_calls)) return false;
    if (chunk.reasoning.empty() && !read_text(*delta, "reasoning", chunk.reasoning)) return false;
  }
  std::string finish;
  if (!read_text(choice, "finish_reason", finish)) return false;
  if (!finish.empty()) chunk.finish_reason = finish;
  const Json* stop = member(choice, "stop_reason");  // the token's number where a token ended it
  if (stop != nullptr && stop->is_string()) chunk.stop_string = stop->get<std::string>();
  chunk.logprobs = logprobs_of(choice);
  return true;
}

}  // namespace

std::optional<ChatChunk> parse_chat_chunk(std::string_view data) {
  const Json json = Json::parse(data, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  ChatChunk chunk;
  if (member(json, "error") != nullptr) {
    chunk.error = message_in_body(data);
    return chunk;
  }
  if (const Json* choices = member(json, "choices")) {
    if (!choices->is_array()) return std::nullopt;
    if (!choices->empty() && !read_choice(choices->front(), chunk)) return std::nullopt;
  }
  if (const Json* usage = member(json, "usage")) chunk.usage = usage_of(*usage);
  if (const Json* timings = member(json, "timings")) {
    chunk.timings = timings_of(*timings);
    if (chunk.timings) chunk.vision_reused = count_at(timings, "vision_reused");
  }
  return chunk;
}

}  // namespace fovea
