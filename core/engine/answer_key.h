#pragma once

#include "core/api/generation_request.h"
#include "core/output/sampling_rules.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fovea {

/// All that can change a greedy answer of one loaded model, as bytes: equal keys mean equal answers. The
/// whole of it and not a hash, so that no two questions can be taken for one. `token_keys` as in
/// PreparedRequest: they stand for the rendered prompt and for what its pictures show; `prompt` is that
/// prompt as text; `room`: tokens that there is memory for. Nothing if the answer is drawn by chance.
std::optional<std::string> answer_key(const GenerationRequest& request, const ResolvedSampling& sampling,
                                      std::span<const std::uint64_t> token_keys, std::string_view prompt,
                                      std::int64_t room);

}  // namespace fovea
