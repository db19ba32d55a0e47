#include "core/output/sampling_rules.h"

#include "core/api/request_check.h"
#include "core/output/random_stream.h"

namespace fovea {

Result<ResolvedSampling> resolve(const SamplingParams& params, const SamplingDefaults& defaults) {
  if (Result<void> checked = validate(params); !checked) return checked.error();

  ResolvedSampling resolved;
  const bool sample = params.temperature ? *params.temperature > 0.0 : defaults.do_sample;
  if (sample) {
    resolved.mode = ResolvedSampling::Mode::kSample;
  } else {
    resolved.mode = params.temperature ? ResolvedSampling::Mode::kArgmax : ResolvedSampling::Mode::kGreedy;
  }
  if (sample) resolved.temperature = params.temperature.value_or(defaults.temperature);
  resolved.top_k = params.top_k.value_or(defaults.top_k);
  resolved.top_p = params.top_p.value_or(defaults.top_p);
  resolved.min_p = params.min_p.value_or(defaults.min_p);
  resolved.repetition_penalty = params.repetition_penalty.value_or(defaults.repetition_penalty);
  resolved.presence_penalty = params.presence_penalty;
  resolved.frequency_penalty = params.frequency_penalty;
  resolved.seed = params.seed ? *params.seed : draw_seed();
  resolved.logprobs = params.logprobs;
  return resolved;
}

}  // namespace fovea
