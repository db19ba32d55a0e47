#pragma once

#include "core/engine/model_runner.h"
#include "core/engine/sequence.h"

namespace fovea {

/// Carries one prepared sequence from prefill to its last event: the engine's step, on one screen. Runs on
/// the loop's thread. Every way out emits exactly one Finished or Failed.
class AnswerLoop {
 public:
  explicit AnswerLoop(ModelRunner& runner) : runner_(runner) {}

  void run(Sequence& sequence);

 private:
  struct Answer;

  /// `room`: how many tokens the answer may have.
  Result<FinishReason> generate(Sequence& sequence, std::int64_t room, Answer& answer);

  ModelRunner& runner_;
};

/// Ends a sequence: fills in its metrics and emits Finished or Failed (Finished{kCancelled} for kCancelled).
void finish_sequence(Sequence& sequence, FinishReason reason, std::string stop_string);
void fail_sequence(Sequence& sequence, Error error);

}  // namespace fovea
