#pragma once

#include "core/api/generation_event.h"

#include <optional>
#include <span>
#include <string_view>

namespace fovea {

/// How sure the model was of a value in its JSON answer, from the probabilities of its tokens and not from
/// its words: for each text, number, true, false or null within the value the product of its tokens'
/// probabilities, of these products the mean. A token's probability is its share among those that the schema
/// allowed there (TokenLogprob::among_allowed), so that what had to come counts 1; without a schema the raw
/// one.
///
/// `answer`: an answer's whole text, valid JSON; `logprobs`: of all its tokens, those of a reasoning before
/// it too; `member`: of the object that it is, or empty for all of it. Nothing: no such member, no value in
/// it, or tokens that do not spell the answer.
std::optional<double> value_confidence(std::string_view answer, std::span<const TokenLogprob> logprobs,
                                       std::string_view member);

}  // namespace fovea
