#include "core/output/allowed_tokens.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace fovea {
namespace {

bool has_bit(std::span<const std::uint64_t> bits, std::size_t id) {
  return id / 64 < bits.size() && ((bits[id / 64] >> (id % 64)) & 1U) != 0;
}

}  // namespace

bool AllowedTokens::contains(std::int32_t id) const {
  return id >= 0 &&
         (has_bit(bits, static_cast<std::size_t>(id)) || std::ranges::find(others, id) != others.end());
}

bool keep_only(std::span<float> logits, const AllowedTokens& allowed) {
  const auto inside = [&](std::int32_t id) {
    return id >= 0 && static_cast<std::size_t>(id) < logits.size();
  };
  bool any = std::ranges::any_of(allowed.others, inside);
  for (std::size_t word = 0; !any && word < allowed.bits.size(); ++word)
    any = allowed.bits[word] != 0 && word * 64 < logits.size();
  if (!any) return false;
  for (std::size_t id = 0; id < logits.size(); ++id) {
    if (!has_bit(allowed.bits, id) &&
        (allowed.others.empty() || !allowed.contains(static_cast<std::int32_t>(id))))
      logits[id] = std::numeric_limits<float>::lowest();
  }
  return true;
}

double log_sum_exp(std::span<const float> logits, const AllowedTokens& allowed) {
  const auto each = [&](auto&& visit) {
    for (std::size_t id = 0; id < logits.size(); ++id)
      if (allowed.contains(static_cast<std::int32_t>(id))) visit(static_cast<double>(logits[id]));
  };
  double largest = std::numeric_limits<double>::lowest();
  each([&](double logit) { largest = std::max(largest, logit); });
  double sum = 0.0;
  each([&](double logit) { sum += std::exp(logit - largest); });
  return largest + std::log(sum);
}

}  // namespace fovea
