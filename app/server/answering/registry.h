#pragma once

#include "app/server/answering/generation.h"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace fovea::server {

/// A question as those see it who look at the server.
struct QuestionView {
  QuestionMark mark;
  QuestionState state = QuestionState::kWaiting;
  std::int64_t tokens = 0;  ///< of all choices so far
};

/// The questions that a server has taken: those that still wait to be read, and the answers under way. Any
/// thread may call it.
class GenerationRegistry {
 public:
  /// Lists a question as waiting until its start(), or, if it never comes to that, for as long as what this
  /// gives is held; that must end before the registry does.
  std::shared_ptr<const void> expect(QuestionMark mark);

  /// Starts the answers to one question, one a request, and knows of them until their end. `engine` outlives
  /// them.
  std::shared_ptr<Generation> start(Engine& engine, QuestionMark mark,
                                    std::vector<GenerationRequest> requests, GenerationCallbacks callbacks,
                                    std::vector<std::shared_ptr<const void>> kept);

  /// Those that have not ended, the oldest first.
  std::vector<QuestionView> under_way() const;

  void cancel_all();
  /// Returns when none is left.
  void wait_until_empty();

 private:
  void forget(const Generation* generation);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, QuestionMark> expected_;  ///< by id
  std::condition_variable changed_;
  std::unordered_map<const Generation*, std::shared_ptr<Generation>> running_;
};

}  // namespace fovea::server
