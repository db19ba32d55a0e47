#pragma once

#include "core/api/error.h"
#include "core/api/generation_request.h"

#include <cstdint>

namespace fovea {

/// What a checkpoint wants where the request says nothing. The initial values are those that
/// transformers 5.17 puts in the place of a missing key (GenerationConfig._get_default_generation_params).
struct SamplingDefaults {
  bool do_sample = false;
  double temperature = 1.0;         ///< > 0
  int top_k = 50;                   ///< 0 keeps all
  double top_p = 1.0;               ///< (0, 1]
  double min_p = 0.0;               ///< [0, 1]
  double repetition_penalty = 1.0;  ///< > 0
};

/// How the tokens of one answer are picked, with nothing left open.
struct ResolvedSampling {
  enum class Mode {
    kArgmax,  ///< the largest raw logit, the lowest id among equals; no penalty
    kGreedy,  ///< the same after the penalties, as transformers does with do_sample false
    kSample,  ///< drawn
  };

  Mode mode = Mode::kArgmax;
  double temperature = 1.0;  ///< > 0; this and the next three count in kSample only
  int top_k = 0;             ///< 0 keeps all
  double top_p = 1.0;
  double min_p = 0.0;
  double repetition_penalty = 1.0;
  double presence_penalty = 0.0;
  double frequency_penalty = 0.0;
  std::uint64_t seed = 0;
  int logprobs = -1;
};

/// Puts request and checkpoint together: temperature 0 is kArgmax; a temperature above 0 is kSample; without
/// one `do_sample` decides between kGreedy and kSample. Draws a seed where the request has none. Errors:
/// kInvalidArgument naming the field, as validate().
Result<ResolvedSampling> resolve(const SamplingParams& params, const SamplingDefaults& defaults);

}  // namespace fovea
