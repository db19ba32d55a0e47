#include "core/hub/recommendation.h"

#include <algorithm>

namespace fovea {

std::string_view published_format_name(WeightFormat format) {
  return format == WeightFormat::kModel ? "bf16" : weight_format_name(format);
}

Recommendation recommend(const PublishedModels& published, const std::optional<AvailableMemory>& available,
                         double bandwidth, std::uint64_t program) {
  Recommendation result;
  for (const PublishedModel& model : published.models) {
    for (const WeightFormat format : {WeightFormat::kModel, WeightFormat::kInt8, WeightFormat::kInt4}) {
      WeightOptions held;
      held.format = format;
      Candidate candidate{model, format,
                          estimate_memory(model.entry, ComputeType::kBFloat16, 0, held, program),
                          std::nullopt, 0.0};
      if (available) candidate.verdict = judge(candidate.memory, *available);
      constexpr std::uint64_t kBFloat16Bytes = 2;
      constexpr double kByte = 8.0;
      const std::int64_t layers = model.entry.layer_weights;
      const double read = static_cast<double>(layers) * bits_a_weight(held, kBFloat16Bytes) / kByte +
                          static_cast<double>(model.parameters_read_a_token - layers) * kBFloat16Bytes;
      candidate.tokens_per_second = bandwidth / read;
      result.candidates.push_back(std::move(candidate));
    }
  }
  std::stable_sort(result.candidates.begin(), result.candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.model.parameters_read_a_token < b.model.parameters_read_a_token;
                   });
  std::optional<std::size_t> fastest;
  for (std::size_t i = 0; i < result.candidates.size(); ++i) {
    const Candidate& candidate = result.candidates[i];
    if (candidate.verdict && !candidate.verdict->fits) continue;
    if (!fastest || candidate.tokens_per_second > result.candidates[*fastest].tokens_per_second) fastest = i;
    if (candidate.tokens_per_second < kComfortableTokensPerSecond) continue;
    // Of several of one size the first: the file lists the preferred before the others, and each in bf16
    // first.
    const bool larger = !result.best || candidate.model.parameters_read_a_token >
                                            result.candidates[*result.best].model.parameters_read_a_token;
    if (larger) result.best = i;
  }
  if (!result.best) result.best = fastest;
  return result;
}

}  // namespace fovea
