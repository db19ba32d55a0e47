#pragma once

#include "app/server/answering/generation.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace fovea::server {

/// The answers that are under way. Any thread may call it.
class GenerationRegistry {
 public:
  /// Starts the answers to one question, one a request, and knows of them until their end. `engine` outlives
  /// them.
  std::shared_ptr<Generation> start(Engine& engine, QuestionMark mark,
                                    std::vector<GenerationRequest> requests, GenerationCallbacks callbacks,
                                    std::vector<std::shared_ptr<const void>> kept);

  /// Those that have not ended, the oldest first.
  std::vector<std::shared_ptr<const Generation>> under_way() const;

  void cancel_all();
  /// Returns when none is left.
  void wait_until_empty();

 private:
  void forget(const Generation* generation);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const Generation*, std::shared_ptr<Generation>> running_;
};

}  // namespace fovea::server
