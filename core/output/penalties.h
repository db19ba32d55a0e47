#pragma once

#include "core/output/sampling_rules.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fovea {

/// Makes tokens that were there already less likely. Remembers the prompt's and the answer's distinct ids.
/// Used by one thread at a time.
class Penalties {
 public:
  /// `prompt_ids` counts for the repetition penalty only. Memory: 5 bytes an entry of the vocabulary, and
  /// none if no penalty is set.
  Penalties(const ResolvedSampling& sampling, std::span<const std::int32_t> prompt_ids,
            std::size_t vocabulary);

  /// Whether apply() would do anything, now or later.
  bool active() const { return repetition_ || counted_; }

  /// Changes `logits` [vocabulary] in place. First the repetition penalty p, once for each distinct id of
  /// prompt and answer: x < 0 ? x·p : x / p (transformers' RepetitionPenaltyLogitsProcessor, float32). Then,
  /// for each distinct id of the answer that came n times: x − n·frequency − presence (as OpenAI defines
  /// them). What leaves the range of float is clamped to it. Cost: linear in the number of distinct ids.
  void apply(std::span<float> logits) const;

  /// The answer goes on with this token.
  void record(std::int32_t id);

 private:
  bool repetition_ = false;
  bool counted_ = false;
  float repetition_penalty_;
  double presence_penalty_;
  double frequency_penalty_;
  std::vector<std::uint8_t> seen_;        ///< [vocabulary] whether the id is in seen_ids_
  std::vector<std::int32_t> seen_ids_;    ///< distinct ids of prompt and answer
  std::vector<std::uint32_t> counts_;     ///< [vocabulary] how often in the answer
  std::vector<std::int32_t> answer_ids_;  ///< distinct ids of the answer
};

}  // namespace fovea
