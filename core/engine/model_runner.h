#pragma once

#include "core/api/engine.h"
#include "core/api/error.h"
#include "core/engine/memory_room.h"
#include "core/engine/stage_clock.h"
#include "core/engine/vision_work.h"
#include "core/output/detokenizer.h"
#include "core/output/generation_config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fovea {

/// A request made ready for the model, and what the model keeps of it. Belongs to one thread at a time.
class PreparedRequest {
 public:
  virtual ~PreparedRequest() = default;

  std::vector<std::int32_t> prompt_ids;
  /// What each token of the prompt stands for, so that equal keys from the first on mean equal keys and
  /// values: a text token's id; for a picture's token a hash of the picture and the token's place in it, with
  /// the highest bit set.
  std::vector<std::uint64_t> token_keys;
  std::vector<VisionInput> seen;
  std::string shown_prompt;        ///< see Preview::prompt
  std::int64_t vision_end = 0;     ///< place in the prompt behind the last picture's or clip's token; 0: none
  std::int64_t vision_reused = 0;  ///< see RequestMetrics; counted by encode_piece()
  RequestMemory memory;            ///< forecast
  /// Set by step(): what it takes to look at the pictures was let go, since they were read. To read the
  /// sequence from its beginning again, the request has to be prepared again.
  bool spent = false;
};

/// How far the work on a request's pictures has come, in patches. It is done when `done` = `total`.
struct VisionProgress {
  std::int64_t done = 0;
  std::int64_t total = 0;
  VisionWork worked = {};  ///< by this piece; nothing where the features were kept
};

/// Some tokens of one sequence, to be read in a step.
struct StepPart {
  PreparedRequest* request = nullptr;
  std::int64_t begin = 0;                ///< place of ids[0] in the sequence
  std::span<const std::int32_t> ids;     ///< not empty
  std::span<const std::int32_t> blocks;  ///< where the sequence's keys and values lie; covers all of `ids`
  std::int64_t logits = 0;               ///< how many of the last rows want logits: 0 … ids.size()
  std::int64_t drafts = 0;               ///< so many of the last ids are guesses: 0 … ids.size() − 1
};

/// Logits [part.logits, vocabulary] fp32 of one part, row by row.
using PartLogits = std::span<float>;

/// The pool of keys and values.
struct KvShape {
  std::int64_t blocks = 0;
  std::int64_t block_tokens = 0;
  std::uint64_t block_bytes = 0;  ///< keys and values of all layers
};

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

  /// Does one piece of the work on a request's pictures, as long as a step's worth of tokens takes or less.
  /// Pictures whose tokens all come before `first_token` are not looked at: their keys and values are there.
  /// Called until it is done, other requests' steps in between; again after a preemption. kEngineFailed as in
  /// step(). The loop's thread only.
  virtual Result<VisionProgress> encode_piece(PreparedRequest& request, std::int64_t first_token) = 0;

  /// What looking at a request's pictures would take now, one entry a picture. Left out are those whose
  /// tokens all come before `first_token`, and those whose features are kept. Any thread.
  virtual std::vector<VisionWork> vision_work(const PreparedRequest& request,
                                              std::int64_t first_token) const = 0;

  /// One pass through the decoder: reads all parts, each of another sequence, and writes their keys and
  /// values into the pool. One result a part, in order; logits are valid until the next call. kEngineFailed:
  /// the model cannot go on at all. May throw; a step that threw can be repeated, whole or in pieces. The
  /// loop's thread only.
  virtual std::vector<Result<PartLogits>> step(std::span<const StepPart> parts) = 0;

  virtual KvShape kv_shape() const = 0;
  /// Makes the memory of the pool's first `blocks` blocks usable; false if there is not enough. Under the
  /// engine's lock, so it must be quick.
  virtual bool reserve_blocks(std::int64_t blocks) = 0;
  /// Memory is short: lets go of what can be made again. The loop's thread only.
  virtual void drop_caches() = 0;
  /// What requests share, for steps of which `logits_rows` rows want logits. Known once it is loaded.
  virtual MemoryRoom memory_room(std::int64_t logits_rows) const = 0;

  /// Length of the logits.
  virtual std::size_t vocabulary() const = 0;

  /// Any thread.
  virtual VisionCacheUse vision_cache() const = 0;
};

}  // namespace fovea
