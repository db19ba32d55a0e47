#pragma once

#include <cstdint>
#include <span>

namespace fovea {

/// The tokens that may come next in an answer that has to keep to something. Views: valid as long as what
/// they were made from.
struct AllowedTokens {
  std::span<const std::uint64_t>
      bits;  ///< id i at bit i % 64 of word i / 64; ids beyond them are not allowed
  std::span<const std::int32_t> others;  ///< allowed as well

  bool contains(std::int32_t id) const;
};

/// Makes all other tokens the least likely of `logits` [vocabulary], without an infinity. False, and nothing
/// changes, if none is allowed. Cost: one pass.
bool keep_only(std::span<float> logits, const AllowedTokens& allowed);

/// log Σ exp(logit) over the allowed tokens: what a token's logit is held against to tell its share among
/// them. At least one must be allowed.
double log_sum_exp(std::span<const float> logits, const AllowedTokens& allowed);

}  // namespace fovea
