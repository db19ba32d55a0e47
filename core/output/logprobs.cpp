#include "core/output/logprobs.h"

#include <algorithm>
#include <cmath>

namespace fovea {

double log_sum_exp(std::span<const float> logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float x : logits) {
    const double difference = x - largest;
    if (difference > -60.0) sum += std::exp(difference);
  }
  return largest + std::log(sum);
}

TokenLogprob token_logprob(std::span<const float> logits, std::int32_t id, int top) {
  const double normaliser = log_sum_exp(logits);
  const auto logprob = [normaliser](float x) { return static_cast<float>(x - normaliser); };

  TokenLogprob result;
  result.id = id;
  result.logprob = logprob(logits[static_cast<std::size_t>(id)]);

  // `best` holds logits, likeliest first; ids come in rising order, so an equal one goes behind.
  auto& best = result.top;
  const std::size_t wanted = std::min(static_cast<std::size_t>(std::max(top, 0)), logits.size());
  if (wanted == 0) return result;
  best.reserve(wanted + 1);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float x = logits[i];
    if (best.size() == wanted && x <= best.back().logprob) continue;
    const auto place = std::upper_bound(best.begin(), best.end(), x,
                                        [](float value, const auto& entry) { return value > entry.logprob; });
    best.insert(place, {static_cast<std::int32_t>(i), x, {}});
    if (best.size() > wanted) best.pop_back();
  }
  for (auto& entry : best) entry.logprob = logprob(entry.logprob);
  return result;
}

}  // namespace fovea
