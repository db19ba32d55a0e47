#include "core/bench/sweep/batch_sweep.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fovea::bench {
namespace {

constexpr const char* kOutOfMemory = "out of memory";  ///< GroupRecord::outcome

/// The sweep as it goes.
class Sweep {
 public:
  Sweep(Engine& engine, const BatchSweepPlan& plan, RequestSource& source, RunRecorder& recorder,
        const RunObserver& observer, const Stopped& stopped)
      : engine_(engine),
        plan_(plan),
        source_(source),
        recorder_(recorder),
        observer_(observer),
        stopped_(stopped),
        before_(engine.scheduling()) {}

  void run() {
    for (int size = 1; size <= plan_.most; size *= 2) {
      if (!first(size)) break;
    }
    for (int round = 2; round <= plan_.repeats && !stop(); ++round) {
      for (std::size_t i = 0; i < sizes_.size() && !stop(); ++i) {
        const int size = sizes_[(i + static_cast<std::size_t>(round)) % sizes_.size()];
        const std::string part = label_of(size) + ", batch " + std::to_string(round);
        if (!recorder_.begin_part(part)) continue;
        batch(size, round);
        if (!stop()) recorder_.end_part(part);
      }
    }
    static_cast<void>(engine_.set_scheduling(before_));
    recorder_.save();
  }

 private:
  static std::string label_of(int size) { return std::to_string(size) + " at once"; }
  bool stop() const { return stopped_ && stopped_(); }

  /// A size for the first time: whether larger ones are worth a try.
  bool first(int size) {
    GroupRecord& group = recorder_.record().group(label_of(size), size);
    const std::string part = label_of(size) + ", batch 1";
    if (!recorder_.begin_part(part)) {
      if (group.outcome != kOutOfMemory) sizes_.push_back(size);
      return group.outcome.empty();
    }
    const bool goes_on = try_out(size);
    if (!stop()) recorder_.end_part(part);
    return goes_on;
  }

  bool try_out(int size) {
    GroupRecord& group = recorder_.record().group(label_of(size), size);
    recorder_.save();
    prepare(size);
    for (int i = 0; i < plan_.warm_up; ++i) {
      const std::vector<CollectedAnswer> answers = ask(size);
      if (stop()) return false;
      if (out_of_memory(answers)) return ends(group, answers);
    }
    sampler_.begin();
    const std::vector<CollectedAnswer> answers = batch(size, 1);
    if (stop()) return false;
    recorder_.add_sampled(label_of(size), sampler_.figures());
    add_throughput_per_gb(size, answers);
    recorder_.save();
    if (out_of_memory(answers)) return ends(recorder_.record().group(label_of(size)), answers);
    sizes_.push_back(size);
    double slowest = 0.0;
    for (const CollectedAnswer& answer : answers)
      slowest = std::max(slowest, answer.ended() - answer.submitted);
    if (slowest <= plan_.limit_seconds) return true;
    recorder_.record().group(label_of(size)).outcome = "over the limit";
    return false;
  }

  /// The engine takes so many together, if it takes orders.
  void prepare(int size) {
    SchedulingOptions options = before_;
    options.mode = SchedulingMode::kCustom;
    options.max_batch = size;
    static_cast<void>(engine_.set_scheduling(options));
  }

  std::vector<CollectedAnswer> ask(int size) {
    std::vector<GenerationRequest> requests;
    for (int i = 0; i < size; ++i) requests.push_back(source_.next());
    return ask_together(engine_, requests, stopped_);
  }

  std::vector<CollectedAnswer> batch(int size, int run) {
    if (observer_) {
      const auto left = static_cast<double>(plan_.repeats - run);
      const std::string which = ", batch " + std::to_string(run) + " of " + std::to_string(plan_.repeats);
      observer_({label_of(size) + which, 0, 0, run > 1 ? left * last_round_seconds_ : -1.0});
    }
    if (run == 1) round_begin_ = recorder_.now();
    prepare(size);
    const double begin = recorder_.now();
    std::vector<CollectedAnswer> answers = ask(size);
    if (stop()) return answers;
    for (const CollectedAnswer& answer : answers) {
      RequestRecord record = record_of(answer);
      record.group = label_of(size);
      record.run = run;
      record.sent_seconds = begin + answer.submitted;
      record.ended_seconds = begin + answer.submitted + std::max(answer.metrics.total_seconds, record.e2el());
      recorder_.add(std::move(record));
    }
    if (run == 1) last_round_seconds_ += recorder_.now() - round_begin_;
    return answers;
  }

  static bool out_of_memory(const std::vector<CollectedAnswer>& answers) {
    return std::any_of(answers.begin(), answers.end(), [](const CollectedAnswer& answer) {
      return (answer.error && answer.error->code == ErrorCode::kOutOfMemory) ||
             answer.metrics.preemptions > 0;
    });
  }

  static bool ends(GroupRecord& group, const std::vector<CollectedAnswer>& answers) {
    const auto refused = std::count_if(answers.begin(), answers.end(), [](const CollectedAnswer& answer) {
      return answer.error.has_value();
    });
    group.outcome = kOutOfMemory;
    group.notes.push_back(refused > 0 ? std::to_string(refused) + " of " + std::to_string(answers.size()) +
                                            " requests found no memory; the engine went on."
                                      : "Requests had to give their memory to others and be read again.");
    return false;
  }

  void add_throughput_per_gb(int size, const std::vector<CollectedAnswer>& answers) {
    double tokens = 0.0;
    double seconds = 0.0;
    for (const CollectedAnswer& answer : answers) {
      if (answer.metrics.untold.tokens) return;
      tokens += static_cast<double>(answer.metrics.completion_tokens);
      seconds = std::max(seconds, answer.ended());
    }
    double peak = 0.0;
    for (const RunFigure& figure : sampler_.figures()) {
      if (figure.name == "memory_mb") peak = *std::max_element(figure.values.begin(), figure.values.end());
    }
    if (peak <= 0.0 || seconds <= 0.0 || recorder_.record().elsewhere) return;
    recorder_.add_sampled(label_of(size), {{"throughput_per_gb",
                                            "tokens/s/GB",
                                            "new tokens / (last end - first submission) / peak of memory_mb",
                                            Better::kHigher,
                                            {tokens / seconds / (peak / 1000.0)}}});
  }

  Engine& engine_;
  const BatchSweepPlan& plan_;
  RequestSource& source_;
  RunRecorder& recorder_;
  const RunObserver& observer_;
  const Stopped& stopped_;
  const SchedulingOptions before_;
  ResourceSampler sampler_;
  std::vector<int> sizes_;  ///< that can be measured again
  double round_begin_ = 0.0;
  double last_round_seconds_ = 0.0;  ///< of the first round, all sizes
};

std::string advice(const GroupRecord& group) {
  const RunFigure* rate = find(group, "request_throughput");
  const RunFigure* e2el = find(group, "e2el_ms");
  constexpr double kHour = 3600.0;
  return group.label + ", " + figure_text(kHour * rate->value()) + " answers an hour, p99 " +
         figure_text(e2el->summary.p99 / 1000.0) + " s.";
}

/// The fastest; of those whose bands meet its own the smallest.
const GroupRecord* best_of(const std::vector<const GroupRecord*>& groups) {
  const auto rate = [](const GroupRecord* group) { return find(*group, "request_throughput"); };
  const GroupRecord* fastest = nullptr;
  for (const GroupRecord* group : groups) {
    if (fastest == nullptr || rate(group)->value() > rate(fastest)->value()) fastest = group;
  }
  const GroupRecord* best = fastest;
  for (const GroupRecord* group : groups) {
    if (rate(group)->band.high >= rate(fastest)->band.low && group->x < best->x) best = group;
  }
  return best;
}

}  // namespace

void run_batch_sweep(Engine& engine, const BatchSweepPlan& plan, RequestSource& source, RunRecorder& recorder,
                     const RunObserver& observer, const Stopped& stopped) {
  Sweep(engine, plan, source, recorder, observer, stopped).run();
}

std::vector<std::string> recommend_batches(const std::vector<GroupRecord>& groups, double within_seconds) {
  std::vector<const GroupRecord*> all;
  std::vector<const GroupRecord*> soon;
  const GroupRecord* alone = nullptr;
  for (const GroupRecord& group : groups) {
    const RunFigure* e2el = find(group, "e2el_ms");
    if (group.outcome == kOutOfMemory || e2el == nullptr || find(group, "request_throughput") == nullptr)
      continue;
    if (alone == nullptr) alone = &group;
    all.push_back(&group);
    if (e2el->summary.p99 <= 1000.0 * within_seconds) soon.push_back(&group);
  }
  if (all.empty()) return {};
  std::vector<std::string> findings;
  findings.push_back(
      soon.empty() ? "No size answers within " + figure_text(within_seconds) + " s: even " + advice(*alone)
                   : "For answers within " + figure_text(within_seconds) + " s: " + advice(*best_of(soon)));
  findings.push_back("For most answers an hour: " + advice(*best_of(all)));
  return findings;
}

}  // namespace fovea::bench
