// A child with a synthetic engine in it, for tests of its supervision. The model's folder names what it does.
#include "core/child/serving.h"
#include "tests/support/scripted_engine.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <signal.h>
#include <unistd.h>

namespace {

using namespace fovea;
using namespace std::chrono_literals;

/// Its process ends with the first request.
class DyingEngine : public test::ScriptedEngine {
 public:
  using ScriptedEngine::ScriptedEngine;
  Result<RequestId> submit(GenerationRequest, EventSink) override { ::_exit(3); }
};

/// Lives, but never comes back from a request.
class StuckEngine : public test::ScriptedEngine {
 public:
  using ScriptedEngine::ScriptedEngine;
  Result<RequestId> submit(GenerationRequest, EventSink) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable never;
    never.wait(lock, [] { return false; });
    return RequestId{};
  }
};

Result<std::unique_ptr<Engine>> load(const EngineOptions& options, const LoadObserver& observer) {
  if (!observer({"reading weights", 1, 2}))
    return Error{ErrorCode::kCancelled, "Loading was stopped.", {}, {}};
  test::Script script;
  script.model = test::scripted_model();
  script.steps.push_back(test::says("begun "));
  if (options.model_folder == "short") {
    script.steps.push_back(test::finishes(1));
  } else {
    for (int i = 0; i < 100'000; ++i) script.steps.push_back(test::says("more ", 10ms));
  }
  if (options.model_folder == "stops while it loads") ::raise(SIGSTOP);
  if (options.model_folder == "dies") return std::unique_ptr<Engine>(std::make_unique<DyingEngine>(script));
  if (options.model_folder == "stuck") return std::unique_ptr<Engine>(std::make_unique<StuckEngine>(script));
  return std::unique_ptr<Engine>(std::make_unique<test::ScriptedEngine>(script));
}

}  // namespace

int main() {
  fovea::child::run_as_child(load);
}
