#pragma once

#include "core/api/engine.h"
#include "core/api/question_plan.h"

namespace fovea {

// What is carried of each type of core/api: all of it. One line a type, read and written by the same line.

constexpr ErrorCode last_enumerator(ErrorCode) {
  return ErrorCode::kInternal;
}
constexpr Role last_enumerator(Role) {
  return Role::kTool;
}
constexpr Thinking last_enumerator(Thinking) {
  return Thinking::kOff;
}
constexpr Stage last_enumerator(Stage) {
  return Stage::kPaint;
}
constexpr FinishReason last_enumerator(FinishReason) {
  return FinishReason::kCancelled;
}
constexpr ComputeType last_enumerator(ComputeType) {
  return ComputeType::kFloat16;
}
constexpr DeviceChoice::Kind last_enumerator(DeviceChoice::Kind) {
  return DeviceChoice::Kind::kCuda;
}
constexpr WeightFormat last_enumerator(WeightFormat) {
  return WeightFormat::kFloat;
}
constexpr KvCacheType last_enumerator(KvCacheType) {
  return KvCacheType::kInt8;
}
constexpr SchedulingMode last_enumerator(SchedulingMode) {
  return SchedulingMode::kCustom;
}
constexpr AdmissionForecast::Verdict last_enumerator(AdmissionForecast::Verdict) {
  return AdmissionForecast::Verdict::kTooLong;
}

template <typename A>
void fields(A& a, Error& v) {
  a(v.code, v.message, v.remedy, v.field);
}
template <typename A>
void fields(A& a, RgbImage& v) {
  a(v.width, v.height, v.pixels);
}
template <typename A>
void fields(A& a, ImageInput& v) {
  a(v.name, v.encoded, v.decoded);
}
template <typename A>
void fields(A& a, VideoSampling& v) {
  a(v.first_frame, v.end_frame, v.frames_per_second, v.frame_count);
}
template <typename A>
void fields(A& a, VideoInput& v) {
  a(v.name, v.path, v.frames, v.frames_per_second, v.sampling);
}
template <typename A>
void fields(A& a, PixelBudget& v) {
  a(v.min_pixels, v.max_pixels);
}
template <typename A>
void fields(A& a, TextPart& v) {
  a(v.text);
}
template <typename A>
void fields(A& a, ImagePart& v) {
  a(v.image);
}
template <typename A>
void fields(A& a, VideoPart& v) {
  a(v.video);
}
template <typename A>
void fields(A& a, ToolCall& v) {
  a(v.id, v.name, v.arguments_json);
}
template <typename A>
void fields(A& a, Message& v) {
  a(v.role, v.content, v.plain_text, v.reasoning, v.tool_calls);
}
template <typename A>
void fields(A& a, SamplingParams& v) {
  a(v.temperature, v.top_k, v.top_p, v.min_p, v.repetition_penalty, v.presence_penalty, v.frequency_penalty,
    v.seed, v.logprobs);
}
template <typename A>
void fields(A& a, GenerationRequest& v) {
  a(v.messages, v.continue_answer, v.tools_json, v.response_schema, v.template_variables, v.sampling,
    v.image_budget, v.video_budget, v.thinking, v.stop, v.max_new_tokens, v.ignore_eos, v.priority,
    v.deadline_seconds, v.client);
}
template <typename A>
void fields(A& a, StageTimes& v) {
  a(v.seconds);
}
template <typename A>
void fields(A& a, Untold& v) {
  a(v.tokens, v.vision, v.reasoning);
}
template <typename A>
void fields(A& a, RequestMetrics& v) {
  a(v.stages, v.token_times, v.prompt_tokens, v.vision_tokens, v.vision_reused, v.prefix_reused,
    v.preemptions, v.completion_tokens, v.reasoning_tokens, v.draft_tokens, v.draft_accepted, v.answer_cached,
    v.untold, v.total_seconds, v.peak_memory_bytes, v.forecast_memory_bytes, v.forecast_ttft);
}
template <typename A>
void fields(A& a, EngineMetrics& v) {
  a(v.running, v.waiting, v.finished, v.weights_bytes, v.refused, v.preemptions, v.steps, v.last_batch,
    v.kv_blocks_used, v.kv_blocks_kept, v.kv_blocks_total, v.prefix_tokens_reused, v.prefix_tokens_read,
    v.kv_cache_bytes, v.peak_bytes, v.resident_bytes, v.memory_limit_bytes, v.memory_planned_bytes,
    v.vision_cache_bytes, v.vision_cache_hits, v.vision_cache_misses, v.answer_cache_bytes,
    v.answer_cache_hits, v.answer_cache_misses);
}
template <typename A>
void fields(A& a, Queued& v) {
  a(v.ahead);
}
template <typename A>
void fields(A& a, VisionInput& v) {
  a(v.name, v.video, v.source_width, v.source_height, v.resized_width, v.resized_height, v.grid_t, v.grid_h,
    v.grid_w, v.tokens, v.frame_indices, v.note);
}
template <typename A>
void fields(A& a, Preprocessed& v) {
  a(v.vision, v.prompt_tokens);
}
template <typename A>
void fields(A& a, PrefillProgress& v) {
  a(v.stage, v.done, v.total);
}
template <typename A>
void fields(A& a, LikelyToken& v) {
  a(v.id, v.logprob, v.bytes);
}
template <typename A>
void fields(A& a, TokenLogprob& v) {
  a(v.id, v.logprob, v.top, v.bytes, v.among_allowed);
}
template <typename A>
void fields(A& a, TextDelta& v) {
  a(v.text, v.reasoning, v.ids, v.times, v.logprobs);
}
template <typename A>
void fields(A& a, Finished& v) {
  a(v.reason, v.stop_string, v.metrics);
}
template <typename A>
void fields(A& a, Failed& v) {
  a(v.error, v.metrics);
}
template <typename A>
void fields(A& a, GenerationEvent& v) {
  a(v.request, v.what);
}
template <typename A>
void fields(A& a, DeviceChoice& v) {
  a(v.kind, v.index);
}
template <typename A>
void fields(A& a, WeightOptions& v) {
  a(v.format, v.group, v.vision, v.head);
}
template <typename A>
void fields(A& a, SchedulingOptions& v) {
  a(v.mode, v.max_batch, v.max_wait_seconds, v.step_tokens);
}
template <typename A>
void fields(A& a, EngineOptions& v) {
  a(v.model_folder, v.adapter_folder, v.compute_type, v.device, v.weights, v.threads, v.max_context_tokens,
    v.vision_cache_bytes, v.kv_cache_bytes, v.kv_cache_type, v.prefix_cache, v.draft_tokens,
    v.answer_cache_bytes, v.memory_bytes, v.calibrate, v.scheduling);
}
template <typename A>
void fields(A& a, ModelInfo& v) {
  a(v.name, v.family, v.architecture, v.checkpoint_type, v.compute_type, v.device, v.weight_format,
    v.kv_cache_type, v.adapter, v.parameters, v.weights_bytes, v.step_weight_bytes, v.decoder_layers,
    v.vision_layers, v.context_tokens, v.kv_bytes_per_token, v.patch_size, v.merge_size, v.reasons, v.note);
}
template <typename A>
void fields(A& a, LoadProgress& v) {
  a(v.step, v.done, v.total);
}
template <typename A>
void fields(A& a, MemoryForecast& v) {
  a(v.held, v.keys_values, v.pictures, v.activations, v.limit);
}
template <typename A>
void fields(A& a, Preview& v) {
  a(v.vision, v.prompt_tokens, v.prompt, v.memory, v.ttft_seconds);
}
template <typename A>
void fields(A& a, AdmissionForecast& v) {
  a(v.verdict, v.needed, v.room, v.most_tokens, v.fitting_pixels);
}
template <typename A>
void fields(A& a, QuestionPlan& v) {
  a(v.preview, v.admission);
}

}  // namespace fovea
