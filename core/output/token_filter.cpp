#include "core/output/token_filter.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace fovea {
namespace {

constexpr double kSmallestExponent = -60.0;  ///< 150,000 such tokens weigh 1e-21 of the likeliest
constexpr std::size_t kLargestHeap = 1024;   ///< beyond it selection in a copy is faster

double total_weight(const auto& candidates) {
  double sum = 0.0;
  for (const auto& candidate : candidates) sum += candidate.weight;
  return sum;
}

}  // namespace

TokenFilter::TokenFilter(const ResolvedSampling& sampling)
    : temperature_(sampling.temperature),
      top_k_(static_cast<std::size_t>(sampling.top_k)),
      top_p_(sampling.top_p),
      min_p_(sampling.min_p) {}

std::span<const TokenProbability> TokenFilter::apply(std::span<const float> logits) {
  const bool limited = top_k_ > 0 && top_k_ < logits.size();
  const float threshold = limited ? top_k_threshold(logits) : std::numeric_limits<float>::lowest();
  const double largest = *std::max_element(logits.begin(), logits.end());
  // Below this a token is beyond kSmallestExponent; compared first because most tokens are.
  const double floor = std::max(static_cast<double>(threshold), largest + kSmallestExponent * temperature_);

  kept_.clear();
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double x = logits[i];
    if (x < floor) continue;
    kept_.push_back({logits[i], static_cast<std::int32_t>(i), std::exp((x - largest) / temperature_)});
  }
  if (top_p_ < 1.0) keep_top_p();
  if (min_p_ > 0.0) keep_min_p();

  const double total = total_weight(kept_);
  result_.clear();
  for (const Candidate& candidate : kept_) result_.push_back({candidate.id, candidate.weight / total});
  return result_;
}

/// The top_k_th largest value. 0 < top_k_ < logits.size().
float TokenFilter::top_k_threshold(std::span<const float> logits) {
  if (top_k_ > kLargestHeap) {
    heap_.assign(logits.begin(), logits.end());
    const auto kth = heap_.begin() + static_cast<std::ptrdiff_t>(top_k_ - 1);
    std::nth_element(heap_.begin(), kth, heap_.end(), std::greater<>());
    return *kth;
  }
  heap_.assign(logits.begin(), logits.begin() + static_cast<std::ptrdiff_t>(top_k_));
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  float smallest = heap_.front();
  for (const float x : logits.subspan(top_k_)) {
    if (x <= smallest) continue;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.back() = x;
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    smallest = heap_.front();
  }
  return smallest;
}

void TokenFilter::keep_top_p() {
  const double total = total_weight(kept_);
  // The reference sums float32 probabilities in double and compares in float32; so that exact ties (equal
  // logits) fall on the same side, this does too.
  const auto probability = [total](const Candidate& c) {
    return static_cast<double>(static_cast<float>(c.weight / total));
  };
  const double removable = 1.0 - top_p_;
  const auto limit = static_cast<float>(removable);

  // All tokens below an equal share of the removable mass together stay under it: they go without being
  // sorted.
  const double surely_removed = 0.999 * removable / static_cast<double>(kept_.size());
  double removed = 0.0;
  ordered_.clear();
  for (const Candidate& candidate : kept_) {
    const double p = probability(candidate);
    if (p < surely_removed) {
      removed += p;
    } else {
      ordered_.push_back(candidate);
    }
  }
  std::sort(ordered_.begin(), ordered_.end(), [](const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit < b.logit : a.id > b.id;
  });
  std::size_t first = 0;
  for (; first + 1 < ordered_.size(); ++first) {
    removed += probability(ordered_[first]);
    if (static_cast<float>(removed) > limit) break;
  }
  const Candidate last_kept = ordered_[first];
  std::erase_if(kept_, [&last_kept](const Candidate& c) {
    return c.logit < last_kept.logit || (c.logit == last_kept.logit && c.id > last_kept.id);
  });
}

void TokenFilter::keep_min_p() {
  const double total = total_weight(kept_);
  const float least = static_cast<float>(min_p_) * static_cast<float>(1.0 / total);
  std::erase_if(kept_,
                [total, least](const Candidate& c) { return static_cast<float>(c.weight / total) < least; });
}

}  // namespace fovea
