#include "core/output/sampler.h"

#include "core/output/logprobs.h"

#include <bit>
#include <cassert>

namespace fovea {

Sampler::Sampler(const ResolvedSampling& sampling, std::span<const std::int32_t> prompt_ids,
                 std::size_t vocabulary)
    : sampling_(sampling),
      penalties_(sampling, prompt_ids, vocabulary),
      filter_(sampling),
      random_(sampling.seed) {}

Result<Sampler::Choice> Sampler::next(std::span<float> logits, const AllowedTokens* allowed) {
  assert(!logits.empty());
  if (!all_finite(logits)) {
    return Error{
        ErrorCode::kModelError, "The model's output is not a number: the answer ends here.",
        "The model's files may be damaged, or its numbers leave the range of the compute type: try fp32.",
        ""};
  }
  std::span<const float> raw = logits;
  if (sampling_.logprobs >= 0 && (penalties_.active() || allowed != nullptr)) {
    raw_.assign(logits.begin(), logits.end());
    raw = raw_;
  }
  if (penalties_.active()) penalties_.apply(logits);
  if (allowed != nullptr && !keep_only(logits, *allowed)) {
    return Error{ErrorCode::kModelError,
                 "The model has no token with which the answer could keep to its schema.",
                 "Use another schema, or another model.", ""};
  }

  Choice choice;
  choice.id = sampling_.mode == ResolvedSampling::Mode::kSample ? draw(logits) : argmax(logits);
  penalties_.record(choice.id);
  if (sampling_.logprobs >= 0) {
    choice.logprob = token_logprob(raw, choice.id, sampling_.logprobs);
    if (allowed != nullptr)
      choice.logprob->among_allowed =
          static_cast<float>(raw[static_cast<std::size_t>(choice.id)] - log_sum_exp(raw, *allowed));
  }
  return choice;
}

std::int32_t Sampler::draw(std::span<const float> logits) {
  const std::span<const TokenProbability> tokens = filter_.apply(logits);
  const double u = random_.uniform();
  double sum = 0.0;
  for (const TokenProbability& token : tokens) {
    sum += token.probability;
    if (sum > u) return token.id;
  }
  return tokens.back().id;  // rounding: the sum stayed a hair below 1
}

std::int32_t argmax(std::span<const float> values) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] > values[best]) best = i;
  }
  return static_cast<std::int32_t>(best);
}

bool all_finite(std::span<const float> values) {
  // On the bits, so that the compiler can do eight at a time.
  std::uint32_t largest = 0;
  for (const float value : values) {
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest < 0x7F800000U;
}

}  // namespace fovea
