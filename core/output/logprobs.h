#pragma once

#include "core/api/generation_event.h"

#include <cstdint>
#include <span>

namespace fovea {

/// The natural logarithm of Σ exp(logits): a token's logprob is its logit less this. `logits` is finite and
/// not empty. Summed in double.
double log_sum_exp(std::span<const float> logits);

/// The logprob of `id` under softmax(logits) and those of the `top` likeliest tokens, likeliest first, the
/// lower id first among equals. One pass; nothing is sorted but the `top` tokens.
TokenLogprob token_logprob(std::span<const float> logits, std::int32_t id, int top);

}  // namespace fovea
