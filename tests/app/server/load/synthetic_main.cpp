// `fovea serve` whose engine answers most questions with the model, and three by itself, for loads that no
// model could bear: "hold" is a stream that says a word every few seconds until its caller leaves, "instant
// N" one of N tokens at 20,000 a second, "slow N" one of N tokens at ten a second.
#include "app/cli/program.h"
#include "app/serve/serve_verb.h"
#include "core/input/vision/media_libraries.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using fovea::EngineMetrics;
using fovea::EventSink;
using fovea::Finished;
using fovea::FinishReason;
using fovea::GenerationEvent;
using fovea::GenerationRequest;
using fovea::RequestId;
using fovea::Result;
using Clock = std::chrono::steady_clock;

constexpr auto kHoldPause = 5s;
constexpr auto kSlowPause = 100ms;
constexpr int kBurst =
    100;  // tokens; an engine without any pause would outrun its callers, who are dropped then
constexpr auto kBurstPause = 5ms;
constexpr RequestId kOwn = RequestId{1} << 40U;  // ids from here on are not the model's

/// Streams that are paced by one thread, however many they are.
class Paced {
 public:
  Paced() : thread_([this] { run(); }) {}
  ~Paced() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Paced(const Paced&) = delete;
  Paced& operator=(const Paced&) = delete;

  RequestId add(EventSink sink, Clock::duration pause, int tokens) {
    const std::lock_guard lock(mutex_);
    const RequestId id = kOwn + ++count_;
    streams_[id] = {std::move(sink), pause, Clock::now(), tokens, false};
    changed_.notify_all();
    return id;
  }
  void cancel(RequestId id) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    found->second.cancelled = true;
    found->second.next = Clock::now();
    changed_.notify_all();
  }
  std::int64_t running() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(streams_.size());
  }

 private:
  struct Stream {
    EventSink sink;
    Clock::duration pause{};
    Clock::time_point next;
    int left = 0;  ///< tokens
    bool cancelled = false;
  };

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      const Clock::time_point now = Clock::now();
      Clock::time_point next = now + 1s;
      std::vector<std::pair<EventSink, GenerationEvent>> due;
      for (auto stream = streams_.begin(); stream != streams_.end();) {
        Stream& one = stream->second;
        const bool ends = one.cancelled || one.left == 0 || ending_;
        if (ends || one.next <= now) due.emplace_back(one.sink, event_of(stream->first, one, ends));
        if (!ends && one.next <= now) {
          one.next = now + one.pause;
          --one.left;
        }
        if (!ends) next = std::min(next, one.next);
        stream = ends ? streams_.erase(stream) : std::next(stream);
      }
      const bool end = ending_;
      lock.unlock();
      for (auto& [sink, event] : due) sink(std::move(event));
      lock.lock();
      if (end) return;
      changed_.wait_until(lock, next);
    }
  }

  static GenerationEvent event_of(RequestId id, const Stream& stream, bool ends) {
    if (!ends) {
      fovea::TextDelta delta;
      delta.text = "word ";
      return {id, delta};
    }
    Finished finished;
    finished.reason = stream.cancelled ? FinishReason::kCancelled : FinishReason::kEndOfText;
    return {id, finished};
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<RequestId, Stream> streams_;
  std::uint64_t count_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

std::string text_of(const GenerationRequest& request) {
  for (const fovea::ContentPart& part : request.messages.back().content) {
    if (const auto* text = std::get_if<fovea::TextPart>(&part)) return text->text;
  }
  return {};
}

class SyntheticEngine final : public fovea::Engine {
 public:
  explicit SyntheticEngine(std::unique_ptr<fovea::Engine> model) : model_(std::move(model)) {}

  fovea::ModelInfo model() const override { return model_->model(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    const std::string text = text_of(request);
    if (text == "hold") return paced_.add(std::move(sink), kHoldPause, 1 << 30);
    if (text.starts_with("slow "))
      return paced_.add(std::move(sink), kSlowPause, std::atoi(text.c_str() + 5));
    if (!text.starts_with("instant ")) return model_->submit(std::move(request), std::move(sink));
    const std::lock_guard lock(instant_mutex_);
    std::erase_if(instant_, [](const Instant& one) { return one.done->load(); });
    auto done = std::make_shared<std::atomic<bool>>(false);
    auto say = [sink = std::move(sink), tokens = std::atoi(text.c_str() + 8), done] {
      fovea::TextDelta delta;
      delta.text = " word";
      for (int i = 0; i < tokens; ++i) {
        if (i % kBurst == 0 && i > 0) std::this_thread::sleep_for(kBurstPause);
        sink({kOwn, delta});
      }
      sink({kOwn, Finished{}});
      done->store(true);
    };
    instant_.push_back({std::jthread(std::move(say)), std::move(done)});
    return kOwn;
  }
  void cancel(RequestId request) override {
    if (request > kOwn) return paced_.cancel(request);
    if (request < kOwn) model_->cancel(request);
  }
  Result<fovea::Preview> preview(const GenerationRequest& request) override {
    return model_->preview(request);
  }
  EngineMetrics metrics() const override {
    EngineMetrics metrics = model_->metrics();
    metrics.running += paced_.running();
    return metrics;
  }
  fovea::SchedulingOptions scheduling() const override { return model_->scheduling(); }
  Result<void> set_scheduling(const fovea::SchedulingOptions& options) override {
    return model_->set_scheduling(options);
  }

 private:
  std::unique_ptr<fovea::Engine> model_;
  struct Instant {
    std::jthread thread;
    std::shared_ptr<std::atomic<bool>> done;
  };

  std::mutex instant_mutex_;
  std::vector<Instant> instant_;
  Paced paced_;
};

Result<std::unique_ptr<fovea::Engine>> load(const fovea::EngineOptions& options,
                                            const fovea::LoadObserver& observer) {
  Result<std::unique_ptr<fovea::Engine>> model = fovea::load_local_engine(options, observer);
  if (!model) return model;
  return std::unique_ptr<fovea::Engine>(std::make_unique<SyntheticEngine>(std::move(*model)));
}

}  // namespace

int main(int argc, char** argv) {
  fovea::prepare_media_libraries();
  return fovea::cli::run_on_terminal(argc, argv, {fovea::serve::serve_verb()}, {load}, {});
}
