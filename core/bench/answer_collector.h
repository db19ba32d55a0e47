#pragma once

#include "core/api/engine.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::bench {

/// An answer from its first event to its last.
struct CollectedAnswer {
  std::string text;
  std::string reasoning;
  std::vector<std::int32_t> ids;
  std::vector<TokenLogprob> logprobs;  ///< one a token, where they were asked for
  RequestMetrics metrics;
  std::optional<Error> error;
  /// Seconds from the first submission of its group to its own.
  double submitted = 0.0;
  /// Seconds from its own submission until its first text was here, whatever way it came; -1: none came.
  double first_text_seen = -1.0;

  /// Seconds from the first submission of its group to its last token; to its end where it has none.
  double ended() const {
    return submitted + (metrics.token_times.empty() ? metrics.total_seconds : metrics.token_times.back());
  }
};

/// Adds what an event brings to the answer. True: it was the last one.
bool absorb(CollectedAnswer& answer, GenerationEvent event);

/// Asked about ten times a second; true ends what runs.
using Stopped = std::function<bool()>;

/// Asks and blocks until the answer is whole.
CollectedAnswer wait_for_answer(Engine& engine, const GenerationRequest& request);

/// Submits all at once and blocks until the last has ended; the answers in the order of the requests. Once
/// `stopped` says so they are cancelled, and what came stands.
std::vector<CollectedAnswer> ask_together(Engine& engine, const std::vector<GenerationRequest>& requests,
                                          const Stopped& stopped);

}  // namespace fovea::bench
