#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"
#include "core/engine/stage_clock.h"
#include "core/output/detokenizer.h"
#include "core/output/generation_config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fovea {

/// A request made ready for the model, and its state while the model works on it. Belongs to one thread at a
/// time.
class PreparedRequest {
 public:
  virtual ~PreparedRequest() = default;

  std::vector<std::int32_t> prompt_ids;
  std::vector<VisionInput> seen;
  std::string shown_prompt;        ///< see Preview::prompt
  std::int64_t vision_reused = 0;  ///< see RequestMetrics; set by prefill()
};

/// Told of progress in kVision and kPrefill; returns false to stop.
using StageObserver = std::function<bool(const PrefillProgress&)>;

/// How the kept vision features are doing; see EngineMetrics.
struct VisionCacheUse {
  std::uint64_t bytes = 0;
  std::int64_t hits = 0;
  std::int64_t misses = 0;
};

/// What the engine's loop needs of a model, free of torch so that the loop can be tested without one. It
/// knows token ids only; text belongs to input and output.
class ModelRunner {
 public:
  virtual ~ModelRunner() = default;

  virtual ModelInfo info() const = 0;
  virtual const GenerationConfig& generation_config() const = 0;
  /// What the tokenizer knows about ids. Any thread.
  virtual TokenText token_text() const = 0;

  /// Decodes, resizes, tokenises, and marks the clock. Any thread, several at once. `stopped` is asked
  /// between pieces of work.
  virtual Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request,
                                                           StageClock& clock,
                                                           const std::function<bool()>& stopped) const = 0;

  /// Reads the prompt with room for `new_tokens`; gives the logits [vocab] of the next token, valid until the
  /// next call. Marks kVision and kPrefill. kCancelled if the observer stopped it. The loop's thread only.
  virtual Result<std::span<float>> prefill(PreparedRequest& request, std::int64_t new_tokens,
                                           StageClock& clock, const StageObserver& observer) = 0;

  /// Appends a token; gives the logits of the next, valid until the next call. The loop's thread only.
  virtual Result<std::span<float>> decode(PreparedRequest& request, std::int32_t id) = 0;

  /// Length of the logits.
  virtual std::size_t vocabulary() const = 0;

  /// Bytes of keys and values that requests hold now. Any thread.
  virtual std::uint64_t kv_bytes() const = 0;

  /// Any thread.
  virtual VisionCacheUse vision_cache() const = 0;
};

}  // namespace fovea
