#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"
#include "core/api/generation_request.h"

namespace fovea {

/// Bounds that hold for every engine. Those of a checkpoint (its context) are checked where it is known.
inline constexpr int kMaxNewTokens = 1'000'000;
inline constexpr int kMaxLogprobs = 20;  ///< as OpenAI's top_logprobs
inline constexpr std::size_t kMaxStopStrings = 16;
inline constexpr std::size_t kMaxStopStringBytes = 1024;
inline constexpr std::size_t kMaxClientBytes = 256;
inline constexpr int kMaxBatch = 256;
inline constexpr double kMaxBatchWaitSeconds = 10.0;
inline constexpr std::int64_t kMinStepTokens = 16;
inline constexpr std::int64_t kMaxStepTokens = 16384;

/// Whether every parameter lies in its range (see SamplingParams). Errors: kInvalidArgument whose `field` is
/// the member's name ("top_p") and whose message states the range.
Result<void> validate(const SamplingParams& sampling);

/// Whether a request can be taken at all: the parameters, limits, stop strings, budgets, clips' ranges; texts
/// are UTF-8 without NUL; pictures hold bytes or pixels that fit their size. Pictures are not decoded and the
/// JSON in it is not parsed. Cost: one pass over the texts. Errors: kInvalidArgument or kInvalidText; `field`
/// names the place
/// ("messages[2].content[0].text").
Result<void> validate(const GenerationRequest& request);

/// Whether the numbers lie in their ranges (see SchedulingOptions). Errors: kInvalidArgument whose `field` is
/// the member's name.
Result<void> validate(const SchedulingOptions& options);

}  // namespace fovea
