#include "core/api/request_check.h"

#include "core/api/utf8.h"

#include <cmath>
#include <string_view>

namespace fovea {
namespace {

Error out_of_range(const std::string& field, const std::string& range) {
  return Error{ErrorCode::kInvalidArgument, field + " must be " + range + ".", "", field};
}

Error excludes(const std::string& field, const std::string& other) {
  return Error{ErrorCode::kInvalidArgument, field + " and " + other + " exclude each other.",
               "Leave one out.", field};
}

Result<void> check_text(const std::string& field, std::string_view text) {
  if (!is_utf8(text)) {
    return Error{ErrorCode::kInvalidText, "The text in " + field + " is not valid UTF-8.",
                 "Save or send it as UTF-8.", field};
  }
  if (text.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::kInvalidText, "The text in " + field + " holds a NUL character.", "Remove it.",
                 field};
  }
  return {};
}

Result<void> check_image(const std::string& field, const ImageInput& image) {
  if (image.decoded) {
    const RgbImage& rgb = *image.decoded;
    const bool fits =
        rgb.width > 0 && rgb.height > 0 &&
        rgb.pixels.size() == static_cast<std::size_t>(rgb.width) * static_cast<std::size_t>(rgb.height) * 3;
    if (!fits) return out_of_range(field, "width × height × 3 bytes of pixels, with sides of at least 1");
    return {};
  }
  if (!image.encoded || image.encoded->empty()) {
    return Error{ErrorCode::kInvalidArgument, "The picture in " + field + " is empty.",
                 "Give a picture file.", field};
  }
  return {};
}

Result<void> check_video(const std::string& field, const VideoInput& video) {
  const VideoSampling& sampling = video.sampling;
  if (video.frames) {
    if (video.frames->empty()) return out_of_range(field + ".frames", "at least one frame");
    if (!std::isfinite(video.frames_per_second) || video.frames_per_second <= 0.0) {
      return out_of_range(field + ".frames_per_second", "a number above 0");
    }
  } else if (video.path.empty()) {
    return Error{ErrorCode::kInvalidArgument, "The clip in " + field + " is empty.", "Give a video file.",
                 field};
  }
  if (sampling.first_frame < 0) return out_of_range(field + ".first_frame", "0 or more");
  if (sampling.end_frame != -1 && sampling.end_frame <= sampling.first_frame) {
    return out_of_range(field + ".end_frame", "above first_frame, or -1 for the end of the clip");
  }
  if (!std::isfinite(sampling.frames_per_second) || sampling.frames_per_second < 0.0) {
    return out_of_range(field + ".sampling.frames_per_second",
                        "0 (the checkpoint's own rate) or a number above 0");
  }
  if (sampling.frame_count < 0) return out_of_range(field + ".frame_count", "0 (by rate) or more");
  if (sampling.frame_count > 0 && sampling.frames_per_second > 0.0) {
    return out_of_range(field + ".frame_count", "0 when frames_per_second is set: give one of the two");
  }
  return {};
}

Result<void> check_message(const std::string& field, const Message& message) {
  if (Result<void> text = check_text(field + ".reasoning", message.reasoning); !text) return text;
  for (std::size_t i = 0; i < message.content.size(); ++i) {
    const std::string place = field + ".content[" + std::to_string(i) + "]";
    Result<void> checked;
    if (const auto* text = std::get_if<TextPart>(&message.content[i])) {
      checked = check_text(place + ".text", text->text);
    } else if (const auto* image = std::get_if<ImagePart>(&message.content[i])) {
      checked = check_image(place, image->image);
    } else {
      checked = check_video(place, std::get<VideoPart>(message.content[i]).video);
    }
    if (!checked) return checked;
  }
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    const ToolCall& call = message.tool_calls[i];
    const std::string place = field + ".tool_calls[" + std::to_string(i) + "]";
    if (Result<void> text = check_text(place + ".id", call.id); !text) return text;
    if (Result<void> text = check_text(place + ".name", call.name); !text) return text;
    if (Result<void> text = check_text(place + ".arguments", call.arguments_json); !text) return text;
  }
  return {};
}

/// Whether the last of these messages is an answer that could be continued.
bool is_begun_answer(const std::vector<Message>& messages) {
  if (messages.size() < 2 || messages.back().role != Role::kAssistant || !messages.back().tool_calls.empty())
    return false;
  for (const ContentPart& part : messages.back().content) {
    if (!std::holds_alternative<TextPart>(part)) return false;
  }
  return true;
}

Result<void> check_budget(const std::string& field, const PixelBudget& budget) {
  if (budget.min_pixels < 0) return out_of_range(field + ".min_pixels", "0 (the checkpoint's own) or more");
  if (budget.max_pixels < 0) return out_of_range(field + ".max_pixels", "0 (the checkpoint's own) or more");
  if (budget.max_pixels > 0 && budget.min_pixels > budget.max_pixels) {
    return out_of_range(field + ".min_pixels", "at most max_pixels");
  }
  return {};
}

Result<void> check_stop(const std::vector<std::string>& stop) {
  if (stop.size() > kMaxStopStrings) {
    return out_of_range("stop", "at most " + std::to_string(kMaxStopStrings) + " strings");
  }
  for (std::size_t i = 0; i < stop.size(); ++i) {
    const std::string place = "stop[" + std::to_string(i) + "]";
    if (stop[i].empty() || stop[i].size() > kMaxStopStringBytes) {
      return out_of_range(place, "1 to " + std::to_string(kMaxStopStringBytes) + " bytes long");
    }
    if (Result<void> text = check_text(place, stop[i]); !text) return text;
  }
  return {};
}

}  // namespace

Result<void> validate(const SamplingParams& sampling) {
  // Written so that NaN fails each test.
  const auto within = [](double value, double low, double high) { return value >= low && value <= high; };
  if (sampling.temperature && !(*sampling.temperature >= 0.0 && std::isfinite(*sampling.temperature))) {
    return out_of_range("temperature", "a number of 0 or more");
  }
  if (sampling.top_k && *sampling.top_k < 0) return out_of_range("top_k", "0 (no limit) or more");
  if (sampling.top_p && !(*sampling.top_p > 0.0 && *sampling.top_p <= 1.0)) {
    return out_of_range("top_p", "above 0 and at most 1");
  }
  if (sampling.min_p && !within(*sampling.min_p, 0.0, 1.0)) return out_of_range("min_p", "between 0 and 1");
  if (sampling.repetition_penalty &&
      !(*sampling.repetition_penalty > 0.0 && std::isfinite(*sampling.repetition_penalty))) {
    return out_of_range("repetition_penalty", "a number above 0 (1 is no penalty)");
  }
  if (!within(sampling.presence_penalty, -2.0, 2.0))
    return out_of_range("presence_penalty", "between -2 and 2");
  if (!within(sampling.frequency_penalty, -2.0, 2.0))
    return out_of_range("frequency_penalty", "between -2 and 2");
  if (sampling.logprobs < -1 || sampling.logprobs > kMaxLogprobs) {
    return out_of_range("logprobs", "between -1 (none) and " + std::to_string(kMaxLogprobs));
  }
  return {};
}

Result<void> validate(const GenerationRequest& request) {
  if (request.messages.empty()) {
    return Error{ErrorCode::kInvalidArgument, "There is no message to answer.", "Ask something.", "messages"};
  }
  if (Result<void> checked = validate(request.sampling); !checked) return checked;
  if (request.max_new_tokens < 1 || request.max_new_tokens > kMaxNewTokens) {
    return out_of_range("max_new_tokens", "between 1 and " + std::to_string(kMaxNewTokens));
  }
  if (!(request.deadline_seconds >= 0.0 && std::isfinite(request.deadline_seconds))) {
    return out_of_range("deadline_seconds", "0 (waits on) or a number above it");
  }
  if (Result<void> checked = check_stop(request.stop); !checked) return checked;
  if (Result<void> checked = check_budget("image_budget", request.image_budget); !checked) return checked;
  if (Result<void> checked = check_budget("video_budget", request.video_budget); !checked) return checked;
  if (request.client.size() > kMaxClientBytes) {
    return out_of_range("client", "at most " + std::to_string(kMaxClientBytes) + " bytes long");
  }
  if (Result<void> checked = check_text("client", request.client); !checked) return checked;
  if (Result<void> checked = check_text("tools", request.tools_json); !checked) return checked;
  if (request.continue_answer && !is_begun_answer(request.messages)) {
    return Error{ErrorCode::kInvalidArgument, "There is no answer to continue.",
                 "The last message must be the assistant's, of text alone, behind a question.",
                 "continue_answer"};
  }
  if (!request.response_schema.empty()) {
    if (Result<void> checked = check_text("response_schema", request.response_schema); !checked)
      return checked;
    if (request.ignore_eos) return excludes("response_schema", "ignore_eos");
    if (!request.tools_json.empty()) return excludes("response_schema", "tools");
  }
  for (const auto& [name, value] : request.template_variables) {
    if (name.empty()) return out_of_range("template_variables", "named");
    if (Result<void> checked = check_text("template_variables", name); !checked) return checked;
    if (Result<void> checked = check_text("template_variables", value); !checked) return checked;
  }
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const std::string place = "messages[" + std::to_string(i) + "]";
    if (Result<void> checked = check_message(place, request.messages[i]); !checked) return checked;
  }
  return {};
}

Result<void> validate(const SchedulingOptions& options) {
  if (options.max_batch < 1 || options.max_batch > kMaxBatch) {
    return out_of_range("max_batch", "between 1 and " + std::to_string(kMaxBatch));
  }
  if (!(options.max_wait_seconds >= 0.0 && options.max_wait_seconds <= kMaxBatchWaitSeconds)) {
    return out_of_range("max_wait_seconds", "between 0 and 10");
  }
  if (options.step_tokens < kMinStepTokens || options.step_tokens > kMaxStepTokens) {
    return out_of_range("step_tokens", "between " + std::to_string(kMinStepTokens) + " and " +
                                           std::to_string(kMaxStepTokens));
  }
  return {};
}

}  // namespace fovea
