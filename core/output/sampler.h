#pragma once

#include "core/api/error.h"
#include "core/api/generation_event.h"
#include "core/output/allowed_tokens.h"
#include "core/output/penalties.h"
#include "core/output/random_stream.h"
#include "core/output/sampling_rules.h"
#include "core/output/token_filter.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fovea {

/// Picks the tokens of one answer, one after the other. Used by one thread at a time.
///
/// The same logits, settings and seed give the same tokens on every machine: the nth token uses the nth draw
/// u of RandomStream(seed) and is the first one, by id, at which the probabilities summed so far exceed u.
class Sampler {
 public:
  /// `prompt_ids` is needed here only; `vocabulary` is the length of the logits.
  Sampler(const ResolvedSampling& sampling, std::span<const std::int32_t> prompt_ids, std::size_t vocabulary);

  struct Choice {
    std::int32_t id = 0;
    std::optional<TokenLogprob>
        logprob;  ///< when asked for; of the raw distribution, before penalties and filters
  };

  /// Picks from `logits` [vocabulary], which it may change; where `allowed` is given, only what it allows,
  /// after the penalties and before everything else. kModelError: logits that are NaN or infinite, nothing
  /// allowed. After the first calls nothing is allocated, logprobs excepted.
  Result<Choice> next(std::span<float> logits, const AllowedTokens* allowed = nullptr);

 private:
  std::int32_t draw(std::span<const float> logits);

  ResolvedSampling sampling_;
  Penalties penalties_;
  TokenFilter filter_;
  RandomStream random_;
  std::vector<float> raw_;  ///< [vocabulary] logits as they came, while logprobs need them
};

/// The index of the largest value, the lowest among equals. `values` is not empty.
std::int32_t argmax(std::span<const float> values);

/// Whether no value is NaN or infinite.
bool all_finite(std::span<const float> values);

}  // namespace fovea
