#pragma once

#include "core/engine/model_runner.h"

#include <deque>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace fovea {

/// Calls a model so that a fault stays with the request that causes it: nothing that it throws comes through.
/// A step that threw is repeated part by part, which changes no answer; a part that lacks memory is read in
/// halves, caches dropped first. Guesses are left out when a step is repeated, so that none of them fails a
/// request: then a part's logits have one row. The loop's thread only.
class GuardedRunner {
 public:
  /// `drop_caches` lets go of whatever the engine can make again.
  GuardedRunner(ModelRunner& runner, std::function<void()> drop_caches)
      : runner_(runner), drop_caches_(std::move(drop_caches)) {}

  /// As ModelRunner's.
  std::span<Result<PartLogits>> step(std::span<const StepPart> parts);
  Result<VisionProgress> encode_piece(PreparedRequest& request, std::int64_t first_token);

 private:
  bool spoiled_by_guesses(std::span<const StepPart> parts) const;
  Result<PartLogits> alone(const StepPart& part);
  Result<PartLogits> in_halves(const StepPart& part);

  ModelRunner& runner_;
  const std::function<void()> drop_caches_;
  std::vector<Result<PartLogits>> results_;
  std::deque<std::vector<float>> copies_;  ///< logits of a step that was run part by part
};

/// What a request is told when something was thrown while it was worked on: out of memory, or a bug.
Error out_of_memory_error();
Error internal_error();

}  // namespace fovea
