#include "core/api/metrics.h"

#include "core/api/engine.h"

#include <algorithm>
#include <numeric>

namespace fovea {

std::string_view stage_name(Stage stage) {
  static constexpr std::array<std::string_view, kStageCount> kNames = {
      "client_encode", "upload",  "request_parse", "image_decode", "preprocess", "tokenize",     "queue",
      "vision",        "prefill", "first_token",   "decode",       "detokenize", "answer_parse", "paint"};
  return kNames[static_cast<std::size_t>(stage)];
}

double StageTimes::total() const {
  return std::accumulate(seconds.begin(), seconds.end(), 0.0);
}

double RequestMetrics::tpot() const {
  if (token_times.size() < 2 || untold.tokens) return 0.0;
  // Pieces that hold several tokens are fewer than the tokens.
  const auto tokens =
      std::max(token_times.size(), static_cast<std::size_t>(std::max<std::int64_t>(completion_tokens, 0)));
  return (token_times.back() - token_times.front()) / static_cast<double>(tokens - 1);
}

std::string_view finish_reason_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kEndOfText:
      return "stop";
    case FinishReason::kStopString:
      return "stop_string";
    case FinishReason::kLength:
      return "length";
    case FinishReason::kCancelled:
      return "cancelled";
  }
  return "stop";
}

std::string_view compute_type_name(ComputeType type) {
  switch (type) {
    case ComputeType::kAuto:
      return "auto";
    case ComputeType::kFloat32:
      return "fp32";
    case ComputeType::kBFloat16:
      return "bf16";
    case ComputeType::kFloat16:
      return "fp16";
  }
  return "auto";
}

std::string_view kv_cache_type_name(KvCacheType type) {
  switch (type) {
    case KvCacheType::kAuto:
      return "auto";
    case KvCacheType::kFloat16:
      return "fp16";
    case KvCacheType::kBFloat16:
      return "bf16";
    case KvCacheType::kInt8:
      return "int8";
  }
  return "auto";
}

std::string_view weight_format_name(WeightFormat format) {
  switch (format) {
    case WeightFormat::kModel:
      return "model";
    case WeightFormat::kInt8:
      return "int8";
    case WeightFormat::kInt4:
      return "int4";
    case WeightFormat::kFloat:
      return "float";
  }
  return "";
}

}  // namespace fovea
