#include "core/child/serving.h"

#include "core/child/child_process.h"
#include "core/child/frame.h"
#include "core/child/wire.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <sys/prctl.h>
#include <unistd.h>

namespace fovea::child {
namespace {

constexpr int kEngineDead = 3;
constexpr auto kAliveEvery = std::chrono::seconds(1);

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Sends from any thread, one frame at a time.
class Mouth {
 public:
  explicit Mouth(int socket) : socket_(socket) {}
  /// False if the parent is gone.
  bool say(const ToParent& word) {
    const std::string bytes = encoded(word);
    const std::lock_guard lock(mutex_);
    return send_frame(socket_, bytes);
  }

 private:
  int socket_;
  std::mutex mutex_;
};

void shift(RequestMetrics& metrics, double seconds) {
  metrics.stages[Stage::kUpload] += seconds;
  for (double& time : metrics.token_times) time += seconds;
  metrics.total_seconds += seconds;
}

/// Counts the way to this process as an upload: all times are since the caller's own submission.
void shift(GenerationEvent& event, double seconds) {
  if (auto* delta = std::get_if<TextDelta>(&event.what)) {
    for (double& time : delta->times) time += seconds;
  } else if (auto* finished = std::get_if<Finished>(&event.what)) {
    shift(finished->metrics, seconds);
  } else if (auto* failed = std::get_if<Failed>(&event.what)) {
    shift(failed->metrics, seconds);
  }
}

/// Lives in the thread that reads the socket; sinks and previews only speak.
class Service {
 public:
  Service(Mouth& mouth, Engine& engine) : mouth_(mouth), engine_(engine) {}

  void hear(Submit& submit) {
    const double way = static_cast<double>(std::max<std::int64_t>(0, now() - submit.begin)) * 1e-9;
    const std::uint64_t id = submit.id;
    Result<RequestId> taken =
        engine_.submit(std::move(submit.request), [this, id, way](GenerationEvent event) {
          event.request = id;
          shift(event, way);
          const bool last = event.last();
          const auto* const failed = std::get_if<Failed>(&event.what);
          const bool dead = failed != nullptr && failed->error.code == ErrorCode::kEngineFailed;
          mouth_.say(std::move(event));
          if (dead) ::_exit(kEngineDead);  // it answers nothing more; the parent starts another
          if (!last) return;
          const std::lock_guard lock(mutex_);
          if (ids_.erase(id) == 0) ended_early_.insert_or_assign(id, true);
        });
    Taken answer{id, std::nullopt};
    if (taken) {
      const std::lock_guard lock(mutex_);
      if (ended_early_.erase(id) == 0) ids_[id] = *taken;
    } else {
      answer.refused = taken.error();
    }
    mouth_.say(std::move(answer));
  }
  void hear(Cancel& cancel) {
    std::unique_lock lock(mutex_);
    const auto found = ids_.find(cancel.id);
    if (found == ids_.end()) return;
    const RequestId request = found->second;
    lock.unlock();
    engine_.cancel(request);
  }
  void hear(Call& call) {
    if (std::holds_alternative<AskMetrics>(call.what)) {
      mouth_.say(Answer{call.id, engine_.metrics()});
    } else if (std::holds_alternative<AskScheduling>(call.what)) {
      mouth_.say(Answer{call.id, engine_.scheduling()});
    } else if (const auto* options = std::get_if<SchedulingOptions>(&call.what)) {
      const Result<void> set = engine_.set_scheduling(*options);
      Answer answer{call.id, Done{}};
      if (!set) answer.what = set.error();
      mouth_.say(std::move(answer));
    } else {
      // Decodes pictures: beside the answers, not before them. The process outlives none of these threads.
      std::thread([this, call = std::move(call)] {
        Result<QuestionPlan> plan = plan_question(engine_, std::get<GenerationRequest>(call.what));
        Answer answer{call.id, Done{}};
        if (plan)
          answer.what = std::move(*plan);
        else
          answer.what = plan.error();
        mouth_.say(std::move(answer));
      }).detach();
    }
  }
  void hear(Load&) {}

 private:
  Mouth& mouth_;
  Engine& engine_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, RequestId> ids_;     ///< the parent's number: the engine's
  std::unordered_map<std::uint64_t, bool> ended_early_;  ///< had their last event before submit() returned
};

}  // namespace

int serve_parent(int socket, const EngineFactory& load) {
  // Neither is destroyed here: threads that preview or say Alive may still use them; the process ends next.
  auto* mouth = new Mouth(socket);
  std::thread([mouth] {
    while (mouth->say(Alive{})) std::this_thread::sleep_for(kAliveEvery);
  }).detach();
  FrameReader reader(socket);
  if (reader.read() != FrameReader::Outcome::kFrame) return 1;
  std::optional<ToChild> word = decoded<ToChild>(reader.frame());
  if (!word || !std::holds_alternative<Load>(*word)) return 1;
  Result<std::unique_ptr<Engine>> engine = load(
      std::get<Load>(*word).options, [mouth](const LoadProgress& progress) { return mouth->say(progress); });
  if (!engine) {
    mouth->say(engine.error());
    return 0;
  }
  mouth->say((*engine)->model());
  auto* service = new Service(*mouth, *engine->release());
  while (reader.read() == FrameReader::Outcome::kFrame) {
    word = decoded<ToChild>(reader.frame());
    if (!word) return 1;
    std::visit([service](auto& what) { service->hear(what); }, *word);
  }
  return 0;
}

void run_as_child(const EngineFactory& load) {
  std::signal(SIGINT, SIG_IGN);  // a terminal's Ctrl+C reaches the whole group; the parent cancels
  std::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == 1) ::_exit(1);  // it was gone before the line above
  ::_exit(serve_parent(kChildSocket, load));
}

}  // namespace fovea::child
