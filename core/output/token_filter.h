#pragma once

#include "core/output/sampling_rules.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fovea {

struct TokenProbability {
  std::int32_t id = 0;
  double probability = 0.0;
};

/// Temperature, top-k, top-p and min-p: which tokens may come next, and how likely each is. The order and the
/// kept sets are those of transformers 5.17 (temperature, TopKLogitsWarper, TopPLogitsWarper,
/// MinPLogitsWarper):
///  - top-k keeps every token that equals the kth largest, so ties may keep more than k;
///  - top-p removes from the least likely upwards while the removed mass is at most 1 − p; among equals the
///  lower
///    id goes first; the likeliest always stays;
///  - min-p removes what is less likely than min_p times the likeliest.
/// Used by one thread at a time; keeps its buffers between calls.
class TokenFilter {
 public:
  explicit TokenFilter(const ResolvedSampling& sampling);

  /// The kept tokens of `logits` [vocabulary, finite, not empty] in the order of their ids, with
  /// probabilities that add up to 1; valid until the next call. Tokens less likely than e^-60 times the
  /// likeliest are left out, whatever the settings. Cost: one pass with a heap for top-k up to 1024; nothing
  /// is sorted but what top-p still has to decide about: at most the top-k tokens or those of at least (1 −
  /// p) / vocabulary.
  std::span<const TokenProbability> apply(std::span<const float> logits);

 private:
  struct Candidate {
    float logit;
    std::int32_t id;
    double weight;  ///< exp((logit − largest) / temperature)
  };

  float top_k_threshold(std::span<const float> logits);
  void keep_top_p();
  void keep_min_p();

  double temperature_;
  std::size_t top_k_;
  double top_p_;
  double min_p_;
  std::vector<float> heap_;
  std::vector<Candidate> kept_;
  std::vector<Candidate> ordered_;
  std::vector<TokenProbability> result_;
};

}  // namespace fovea
