#pragma once

#include "core/api/engine.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

/// What one choice came to.
struct CollectedAnswer {
  std::string text;
  std::string reasoning;
  std::vector<TokenLogprob> logprobs;
  std::vector<VisionInput> vision;
  FinishReason finish = FinishReason::kEndOfText;
  std::string stop_string;
  std::optional<Error> error;  ///< set: it failed; what had come stands
  RequestMetrics metrics;
};

/// Whose question it is, for those who look at the server.
struct QuestionMark {
  std::string id;      ///< the call's
  std::string caller;  ///< by the key's name, by address where there are no keys
  std::string route;
  std::chrono::steady_clock::time_point begun;  ///< when the request's first bytes were there
};

/// How far a question is; of several choices the furthest.
enum class QuestionState { kWaiting, kPrefill, kDecode };

/// "waiting", "prefill", "decode".
std::string_view question_state_name(QuestionState state);

struct GenerationCallbacks {
  /// Every event of every choice, one at a time; may be empty.
  std::function<void(std::size_t choice, const GenerationEvent&)> on_event;
  /// Once, after the last choice's last event.
  std::function<void(const std::vector<CollectedAnswer>&)> on_done;
};

/// The answers to one question, `requests.size()` of them side by side. Callbacks come from the engine's
/// threads, or from start() if the engine takes none of them. It lives until its last event.
class Generation : public std::enable_shared_from_this<Generation> {
 public:
  /// For `choices` answers. `kept`: whatever the requests refer to and must live as long as they do.
  Generation(Engine& engine, QuestionMark mark, std::size_t choices, GenerationCallbacks callbacks,
             std::vector<std::shared_ptr<const void>> kept);

  /// Once, with as many requests as there are choices.
  void start(std::vector<GenerationRequest> requests);

  /// Ends what still runs, soon. Any thread, any number of times, also from a callback.
  void cancel();

  const QuestionMark& mark() const { return mark_; }
  /// Any thread.
  QuestionState state() const { return state_; }
  /// Of all choices so far. Any thread.
  std::int64_t tokens() const { return tokens_; }

 private:
  void note(const GenerationEvent& event);
  void submit(std::size_t choice, GenerationRequest request);
  void take(std::size_t choice, GenerationEvent event);

  Engine& engine_;
  const QuestionMark mark_;
  std::atomic<QuestionState> state_ = QuestionState::kWaiting;
  std::atomic<std::int64_t> tokens_ = 0;
  GenerationCallbacks callbacks_;
  std::vector<std::shared_ptr<const void>> kept_;
  std::mutex order_;  ///< callbacks one at a time
  std::vector<CollectedAnswer> answers_;
  std::size_t running_;
  std::mutex ids_mutex_;
  std::vector<RequestId> ids_;
  bool cancelled_ = false;
};

}  // namespace fovea::server
