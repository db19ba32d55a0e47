#pragma once

#include "app/cli/interrupt.h"
#include "core/api/engine.h"
#include "core/api/upload_saving.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea::cli {

/// All that came of one question.
struct Answer {
  std::string text;
  std::string reasoning;
  FinishReason finish = FinishReason::kEndOfText;  ///< means nothing when `error` is set
  std::string stop_string;
  std::optional<Error> error;  ///< the answer failed; the text so far stands
  bool interrupted = false;    ///< ended by Ctrl+C
  std::vector<VisionInput> vision;
  std::vector<TokenLogprob> logprobs;
  RequestMetrics metrics;
  UploadSaving upload;  ///< to a server; of no pictures unless some were made smaller
};

/// Follows an answer while it is made. Called on the thread that called `run_request`.
class AnswerObserver {
 public:
  virtual ~AnswerObserver() = default;
  virtual void queued(const Queued&) {}
  virtual void preprocessed(const Preprocessed&) {}
  virtual void progress(const PrefillProgress&) {}
  /// False: nobody reads any more; the answer is stopped.
  virtual bool text(const TextDelta&) { return true; }
  /// About ten times a second while nothing comes.
  virtual void idle() {}
};

/// Asks and waits for the end of the answer, which Ctrl+C brings about early. The error is the one of a
/// request that was not taken; later ones are in the Answer.
Result<Answer> run_request(Engine& engine, GenerationRequest request, const Interrupt& interrupt,
                           AnswerObserver& observer);

}  // namespace fovea::cli
