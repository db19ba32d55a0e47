#include "core/hub/recommendation.h"

#include <algorithm>

namespace fovea {

Recommendation recommend(const PublishedModels& published, const std::optional<AvailableMemory>& available,
                         double bandwidth) {
  Recommendation result;
  for (const PublishedModel& model : published.models) {
    for (const RecommendedFormat& format : published.formats) {
      if (!format.runs) continue;
      Candidate candidate{model, format, estimate_memory(model.entry, ComputeType::kBFloat16, 0),
                          std::nullopt, 0.0};
      constexpr double kByte = 8.0;
      candidate.memory.weights =
          static_cast<std::uint64_t>(static_cast<double>(model.entry.parameters) * format.bits / kByte);
      if (available) candidate.verdict = judge(candidate.memory, *available);
      const double read = static_cast<double>(model.parameters_read_a_token) * format.bits / kByte;
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
    // Of several of one size the first: the file lists the preferred before the others.
    const bool larger = !result.best || candidate.model.parameters_read_a_token >
                                            result.candidates[*result.best].model.parameters_read_a_token;
    if (larger) result.best = i;
  }
  if (!result.best) result.best = fastest;
  return result;
}

}  // namespace fovea
