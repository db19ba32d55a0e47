#include "app/server/openai/chat_answer.h"

#include "app/server/openai/chat_objects.h"
#include "app/server/openai/verdict.h"
#include "app/server/wire/error_reply.h"

#include <utility>

namespace fovea::server {

using nlohmann::ordered_json;

std::string sse_event(const ordered_json& data) {
  return "data: " + json_text(data) + "\n\n";
}

ordered_json chat_completion(const ChatHead& head, const ChatRequest& request,
                             const std::vector<CollectedAnswer>& answers) {
  ordered_json choices = ordered_json::array();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const CollectedAnswer& answer = answers[i];
    ordered_json message = {{"role", "assistant"}, {"content", answer.text}};
    if (!answer.reasoning.empty()) message["reasoning_content"] = answer.reasoning;
    bool called = false;
    if (request.tools) {
      ToolCallParser parser;
      ToolCallParser::Piece piece = parser.push(answer.text);
      piece.text += parser.finish().text;
      called = !piece.calls.empty();
      message["content"] = called && piece.text.empty() ? ordered_json() : ordered_json(piece.text);
      for (const ToolCall& call : piece.calls) message["tool_calls"].push_back(tool_call_object(call));
    }
    ordered_json choice = {{"index", i}, {"message", std::move(message)}};
    choice["logprobs"] = request.logprobs ? logprobs_object(answer.logprobs) : ordered_json();
    choice["finish_reason"] = openai_finish(answer.finish, called);
    if (answer.finish == FinishReason::kStopString) choice["stop_reason"] = answer.stop_string;
    if (!request.preset.empty()) choice["verdict"] = verdict_object(answer);
    choices.push_back(std::move(choice));
  }
  return {{"id", head.id},
          {"object", "chat.completion"},
          {"created", head.created},
          {"model", head.model},
          {"choices", std::move(choices)},
          {"usage", usage_object(answers)},
          {"timings", timings_object(answers.front().metrics, head.upload_seconds, head.parse_seconds)},
          {"vision", vision_list(answers.front().vision)}};
}

ChatStream::ChatStream(ChatHead head, const ChatRequest& request)
    : head_(std::move(head)),
      include_usage_(request.include_usage),
      include_progress_(request.include_progress),
      tools_(request.tools),
      logprobs_(request.logprobs),
      verdicts_(!request.preset.empty()),
      choices_(static_cast<std::size_t>(request.choices)) {}

ordered_json ChatStream::chunk() const {
  return {{"id", head_.id},
          {"object", "chat.completion.chunk"},
          {"created", head_.created},
          {"model", head_.model},
          {"choices", ordered_json::array()}};
}

std::string ChatStream::choice_chunk(std::size_t choice, ordered_json delta,
                                     const std::vector<TokenLogprob>& logprobs, ordered_json finish) const {
  ordered_json object = chunk();
  ordered_json entry = {{"index", choice}, {"delta", std::move(delta)}};
  entry["logprobs"] = logprobs.empty() ? ordered_json() : logprobs_object(logprobs);
  entry["finish_reason"] = std::move(finish);
  object["choices"].push_back(std::move(entry));
  return sse_event(object);
}

std::string ChatStream::progress_chunk(ordered_json progress) const {
  ordered_json object = chunk();
  object["progress"] = std::move(progress);
  return sse_event(object);
}

std::string ChatStream::piece_chunks(std::size_t choice, const ToolCallParser::Piece& piece) {
  std::string out;
  std::vector<TokenLogprob>& waiting = choices_[choice].waiting;
  if (!piece.text.empty()) {
    out += choice_chunk(choice, {{"content", piece.text}}, waiting);
    waiting.clear();
  }
  std::size_t number = choices_[choice].parser.calls() - piece.calls.size();
  for (const ToolCall& call : piece.calls) {
    ordered_json object = {{"index", number++}};
    object.update(tool_call_object(call));
    out += choice_chunk(choice, {{"tool_calls", ordered_json::array({std::move(object)})}}, waiting);
    waiting.clear();
  }
  return out;
}

std::string ChatStream::on_delta(std::size_t choice, const TextDelta& delta) {
  Choice& state = choices_[choice];
  if (logprobs_) state.waiting.insert(state.waiting.end(), delta.logprobs.begin(), delta.logprobs.end());
  if (delta.text.empty()) return {};
  if (delta.reasoning)
    return choice_chunk(choice, {{"reasoning_content", delta.text}}, std::exchange(state.waiting, {}));
  if (!tools_) return choice_chunk(choice, {{"content", delta.text}}, std::exchange(state.waiting, {}));
  return piece_chunks(choice, state.parser.push(delta.text));
}

std::string ChatStream::take(std::size_t choice, const GenerationEvent& event) {
  if (failed_) return {};
  std::string out;
  const bool speaks =
      std::holds_alternative<TextDelta>(event.what) || std::holds_alternative<Finished>(event.what);
  if (speaks && !choices_[choice].begun) {
    choices_[choice].begun = true;
    out += choice_chunk(choice, {{"role", "assistant"}, {"content", ""}}, {});
  }
  if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
    out += on_delta(choice, *delta);
  } else if (const auto* finished = std::get_if<Finished>(&event.what)) {
    if (tools_) out += piece_chunks(choice, choices_[choice].parser.finish());
    out += choice_chunk(choice, ordered_json::object(), std::exchange(choices_[choice].waiting, {}),
                        openai_finish(finished->reason, choices_[choice].parser.calls() > 0));
  } else if (const auto* failed = std::get_if<Failed>(&event.what)) {
    failed_ = true;
    out += sse_event(error_object(failed->error));
  } else if (!include_progress_ || choice != 0) {
    return out;
  } else if (const auto* queued = std::get_if<Queued>(&event.what)) {
    out += progress_chunk({{"stage", "queue"}, {"ahead", queued->ahead}});
  } else if (const auto* seen = std::get_if<Preprocessed>(&event.what)) {
    out += progress_chunk({{"stage", "preprocess"},
                           {"prompt_tokens", seen->prompt_tokens},
                           {"vision", vision_list(seen->vision)}});
  } else if (const auto* read = std::get_if<PrefillProgress>(&event.what)) {
    out += progress_chunk({{"stage", stage_name(read->stage)}, {"done", read->done}, {"total", read->total}});
  }
  return out;
}

std::string ChatStream::finish(const std::vector<CollectedAnswer>& answers) {
  if (failed_) return {};
  ordered_json last = chunk();
  last["timings"] = timings_object(answers.front().metrics, head_.upload_seconds, head_.parse_seconds);
  if (include_usage_) last["usage"] = usage_object(answers);
  if (verdicts_) {
    for (const CollectedAnswer& answer : answers) last["verdicts"].push_back(verdict_object(answer));
  }
  std::string out;
  if (include_usage_ || include_progress_ || verdicts_) out = sse_event(last);
  return out + "data: [DONE]\n\n";
}

}  // namespace fovea::server
