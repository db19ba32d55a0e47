#include "core/bench/load/load_run.h"

#include "core/bench/load/arrivals.h"
#include "core/bench/load/in_flight.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace fovea::bench {
namespace {

using Clock = InFlight::Clock;
using Seconds = std::chrono::duration<double>;

constexpr auto kLook = std::chrono::milliseconds(100);  ///< between looks at `stopped`
constexpr double kAfterFailure = 0.1;                   ///< seconds

/// One load being applied. Times are seconds since it began.
class Load {
 public:
  Load(Engine& engine, const LoadPlan& plan, RequestSource& source, RunRecorder& recorder)
      : plan_(plan), source_(source), recorder_(recorder), flight_(engine) {
    if (plan.rate > 0.0) {
      arrivals_.emplace(plan.rate, plan.seed);
      due_.push(arrivals_->next());
    } else {
      for (int i = 0; i < std::max(1, plan.concurrency); ++i) due_.push(0.0);
    }
    prepared_ = source_.next();
  }

  void run(const RunObserver& observer, const Stopped& stopped) {
    while (true) {
      if (stopped && stopped()) return flight_.cancel();
      const double now = elapsed();
      if (more() && due_.top() <= now) {
        send(now);
        continue;
      }
      if (!more() && flight_.size() == 0) return;
      take_one(more() ? due_.top() - now : std::numeric_limits<double>::infinity());
      tell(observer);
    }
  }

 private:
  double elapsed() const { return Seconds(Clock::now() - begin_).count(); }

  /// Whether another request has its time already.
  bool more() const {
    if (plan_.requests > 0 && sent_ >= plan_.requests) return false;
    if (due_.empty()) return false;  // every client waits for its answer
    return plan_.duration_seconds <= 0.0 || due_.top() < plan_.duration_seconds;
  }

  void send(double now) {
    late_.push_back(arrivals_ ? std::max(0.0, now - due_.top()) : 0.0);
    due_.pop();
    flight_.send(std::move(prepared_), sent_++);
    if (arrivals_) due_.push(arrivals_->next());
    prepared_ = source_.next();  // while this one runs, not when the next is due
  }

  void take_one(double most_seconds) {
    const auto wait = std::min<Clock::duration>(
        kLook, std::chrono::duration_cast<Clock::duration>(Seconds(std::min(most_seconds, 1.0))));
    std::optional<InFlight::Ended> ended = flight_.next(Clock::now() + wait);
    if (!ended) return;
    RequestRecord record = record_of(*ended, recorder_, plan_.label, plan_.run);
    record.late_seconds = late_[static_cast<std::size_t>(ended->ticket)];
    const bool failed = record.failed();
    recorder_.add(std::move(record));
    ++ended_;
    // A client that is refused does not ask again at once.
    if (!arrivals_) due_.push(elapsed() + std::max(plan_.think_seconds, failed ? kAfterFailure : 0.0));
  }

  void tell(const RunObserver& observer) const {
    if (!observer) return;
    const std::string round = plan_.run > 1 ? ", round " + std::to_string(plan_.run) : std::string();
    RunProgress progress{plan_.label + round, ended_, plan_.requests, -1.0};
    const double now = elapsed();
    if (plan_.duration_seconds > 0.0) progress.left_seconds = std::max(0.0, plan_.duration_seconds - now);
    if (plan_.requests > 0 && ended_ > 0) {
      const double left = now / static_cast<double>(ended_) * static_cast<double>(plan_.requests - ended_);
      progress.left_seconds = progress.left_seconds < 0.0 ? left : std::min(left, progress.left_seconds);
    }
    observer(progress);
  }

  const LoadPlan& plan_;
  RequestSource& source_;
  RunRecorder& recorder_;
  InFlight flight_;
  const Clock::time_point begin_ = Clock::now();
  std::optional<PoissonArrivals> arrivals_;
  std::priority_queue<double, std::vector<double>, std::greater<>> due_;  ///< when requests are to be sent
  GenerationRequest prepared_;
  std::vector<double> late_;  ///< by ticket
  std::int64_t sent_ = 0;
  std::int64_t ended_ = 0;
};

}  // namespace

void run_load(Engine& engine, const LoadPlan& plan, RequestSource& source, RunRecorder& recorder,
              const RunObserver& observer, const Stopped& stopped) {
  recorder.record().group(plan.label, plan.x);
  Load(engine, plan, source, recorder).run(observer, stopped);
}

void warm_up(Engine& engine, int count, RequestSource& source, const RunObserver& observer,
             const Stopped& stopped) {
  for (int i = 0; i < count; ++i) {
    if (observer) observer({"warm-up", i, count, -1.0});
    if (stopped && stopped()) return;
    ask_together(engine, {source.next()}, stopped);
  }
}

}  // namespace fovea::bench
