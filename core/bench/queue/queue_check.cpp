#include "core/bench/queue/queue_check.h"

#include "core/bench/load/load_run.h"
#include "core/bench/queue/measured_speed.h"
#include "core/bench/queue/queue_labels.h"
#include "core/bench/report/figure_text.h"

#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kPercent = 100.0;
constexpr double kGiga = 1e9;

class QueueCheck {
 public:
  QueueCheck(Engine& engine, const QueueCheckPlan& plan, RequestSource& source,
             const std::function<double()>& read_limit, RunRecorder& recorder, const RunObserver& observer,
             const Stopped& stopped)
      : engine_(engine),
        plan_(plan),
        source_(source),
        read_limit_(read_limit),
        recorder_(recorder),
        observer_(observer),
        stopped_(stopped) {}

  void run() {
    for (const int size : plan_.bursts) recorder_.record().group(burst_label(size), size);
    for (const double load : plan_.loads) recorder_.record().group(load_label(load), kPercent * load);
    for (int round = 1; round <= plan_.rounds && !stop(); ++round) {
      const std::string number = ", round " + std::to_string(round);
      if (recorder_.begin_part("bursts" + number)) {
        bursts(round);
        if (!stop()) recorder_.end_part("bursts" + number);
      }
      for (std::size_t i = 0; i < plan_.loads.size() && !stop(); ++i) {
        // Each round begins with another one, so that a drift meets all alike.
        const double share = plan_.loads[(i + static_cast<std::size_t>(round - 1)) % plan_.loads.size()];
        if (!recorder_.begin_part(load_label(share) + number)) continue;
        load(share, round);
        if (!stop()) recorder_.end_part(load_label(share) + number);
      }
    }
  }

 private:
  static std::string burst_label(int size) { return std::to_string(size) + " at once"; }
  static std::string load_label(double share) {
    const double percent = kPercent * share;
    const bool whole = std::abs(percent - std::round(percent)) < 1e-6;
    return decimal_text(percent, whole ? 0 : 1) + std::string(kOfCapacity);
  }
  bool stop() const { return stopped_ && stopped_(); }

  /// Notes how fast memory is read now, with the group.
  void look(const std::string& group) {
    if (!read_limit_ || stop()) return;
    const double rate = read_limit_() / kGiga;
    if (rate > 0.0)
      recorder_.add_sampled(
          group,
          {{kReadLimit, "GB/s", "memory read, before and after each repetition", Better::kNeither, {rate}}});
  }

  /// Sizes in turns: what drifts meets all alike.
  void bursts(int round) {
    const std::string first = burst_label(plan_.bursts.front());
    look(first);
    const auto all = static_cast<std::int64_t>(plan_.bursts.size()) * plan_.burst_repeats;
    std::int64_t done = 0;
    for (int repeat = 0; repeat < plan_.burst_repeats; ++repeat) {
      for (const int size : plan_.bursts) {
        if (observer_) observer_({"bursts", done, all, -1.0});
        burst(size, round);
        if (stop()) return;
        ++done;
      }
    }
    look(first);
  }

  void burst(int size, int round) {
    std::vector<GenerationRequest> requests;
    for (int i = 0; i < size; ++i) requests.push_back(source_.next());
    std::this_thread::sleep_for(std::chrono::duration<double>(plan_.rest));
    const double begin = recorder_.now();
    const std::vector<CollectedAnswer> answers = ask_together(engine_, requests, stopped_);
    if (stop()) return;
    for (const CollectedAnswer& answer : answers) {
      RequestRecord record = record_of(answer);
      record.group = burst_label(size);
      record.run = round;
      record.sent_seconds = begin + answer.submitted;
      record.ended_seconds = begin + answer.ended();
      recorder_.add(std::move(record));
    }
  }

  void load(double share, int round) {
    const Result<cost::Measurement> speed = measured_speed(recorder_.record(), round);
    if (!speed) return;  // nothing was answered: conclude_queue() says so
    LoadPlan plan;
    plan.label = load_label(share);
    plan.x = kPercent * share;
    plan.rate = share * machine_capacity(speed->curve);
    plan.requests = plan_.requests;
    plan.run = round;
    plan.seed = plan_.seed + 1000U * static_cast<std::uint64_t>(round) + static_cast<std::uint64_t>(plan.x);
    look(plan.label);
    run_load(engine_, plan, source_, recorder_, observer_, stopped_);
    look(plan.label);
  }

  Engine& engine_;
  const QueueCheckPlan& plan_;
  RequestSource& source_;
  const std::function<double()>& read_limit_;
  RunRecorder& recorder_;
  const RunObserver& observer_;
  const Stopped& stopped_;
};

}  // namespace

void run_queue_check(Engine& engine, const QueueCheckPlan& plan, RequestSource& source,
                     const std::function<double()>& read_limit, RunRecorder& recorder,
                     const RunObserver& observer, const Stopped& stopped) {
  QueueCheck(engine, plan, source, read_limit, recorder, observer, stopped).run();
}

}  // namespace fovea::bench
