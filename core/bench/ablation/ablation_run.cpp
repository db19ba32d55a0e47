#include "core/bench/ablation/ablation_run.h"

#include "core/bench/accuracy.h"
#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

// Sampled figures that counters are made from.
constexpr const char* kSteps = "decoder_steps";
constexpr const char* kStepBytes = "step_weight_bytes";
constexpr const char* kKvBytes = "kv_bytes_per_token";
constexpr const char* kOperatorSteps = "operator_steps";

/// One set of switches.
struct Group {
  std::string label;
  EngineOptions options;
  int new_tokens = 0;                ///< the most that an answer may have; 0: what the plan's requests say
  std::vector<std::string> answers;  ///< of the last round
};

class Ablation {
 public:
  Ablation(const EngineLoader& load, const AblationPlan& plan, RunRecorder& recorder,
           const RunObserver& observer, const Stopped& stopped)
      : load_(load), plan_(plan), recorder_(recorder), observer_(observer), stopped_(stopped) {
    groups_.push_back({"all off", all_off(plan.options, plan.switches), 0, {}});
    for (const AblationSwitch& one : plan.switches) {
      Group next{std::string("+ ") + one.name, groups_.back().options, groups_.back().new_tokens, {}};
      if (one.turn_on != nullptr) one.turn_on(next.options);
      if (one.new_tokens > 0) next.new_tokens = one.new_tokens;
      groups_.push_back(std::move(next));
    }
    for (std::size_t i = 0; i < groups_.size(); ++i)
      recorder.record().group(groups_[i].label, static_cast<double>(i));
  }

  Result<void> run() {
    for (int round = 0; round < plan_.repeats; ++round) {
      for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (stop()) break;
        tell(round, i);
        Group& group = groups_[(i + static_cast<std::size_t>(round)) % groups_.size()];
        const std::string part = group.label + ", round " + std::to_string(round + 1);
        if (!recorder_.begin_part(part)) continue;
        if (Result<void> done = measure(group, round + 1); !done) return done;
        if (!stop()) recorder_.end_part(part);
      }
    }
    note_counters();
    recorder_.save();
    return {};
  }

 private:
  bool stop() const { return stopped_ && stopped_(); }

  void tell(int round, std::size_t at) const {
    if (!observer_) return;
    const auto all = static_cast<std::int64_t>(groups_.size()) * plan_.repeats;
    const auto done = static_cast<std::int64_t>(groups_.size()) * round + static_cast<std::int64_t>(at);
    const double one = done > 0 ? recorder_.now() / static_cast<double>(done) : -1.0;
    observer_({"ablation", done, all, done > 0 ? one * static_cast<double>(all - done) : -1.0});
  }

  Result<void> measure(Group& group, int round) {
    Result<std::unique_ptr<Engine>> loaded = load_(group.options);
    if (!loaded) return loaded.error();
    Engine& engine = **loaded;
    if (recorder_.record().model.name.empty()) recorder_.record().model = engine.model();
    static_cast<void>(engine.set_scheduling(group.options.scheduling));
    GenerationRequest short_one;
    short_one.messages = {Message::text(Role::kUser, "Ready?")};
    short_one.max_new_tokens = 2;
    ask_together(engine, {short_one}, stopped_);
    const std::int64_t steps_before = engine.metrics().steps;
    ResourceSampler sampler;
    group.answers.clear();
    for (const std::vector<GenerationRequest>& wave : plan_.waves) {
      const double begin = recorder_.now();
      std::vector<GenerationRequest> requests = wave;
      for (GenerationRequest& request : requests) {
        if (group.new_tokens > 0) request.max_new_tokens = std::min(request.max_new_tokens, group.new_tokens);
      }
      const std::vector<CollectedAnswer> answers = ask_together(engine, requests, stopped_);
      if (stop()) return {};
      for (const CollectedAnswer& answer : answers) keep(group, round, begin, answer);
    }
    const std::int64_t steps = engine.metrics().steps - steps_before;
    add_counter(group, kSteps, "", "passes through the decoder, a round", steps);
    const std::string device = engine.model().device;
    if (device.starts_with("cuda") || device == "cpu:operators") {
      add_counter(group, kOperatorSteps, "", "of those by libtorch's operators", steps);
    }
    add_counter(group, kStepBytes, "bytes", "weights that a step of decoding reads",
                static_cast<std::int64_t>(engine.model().step_weight_bytes));
    add_counter(group, kKvBytes, "bytes", "keys and values of a token",
                static_cast<std::int64_t>(engine.model().kv_bytes_per_token));
    recorder_.add_sampled(group.label, sampler.figures());
    compare(group);
    return {};
  }

  void keep(Group& group, int round, double begin, const CollectedAnswer& answer) {
    RequestRecord record = record_of(answer);
    record.group = group.label;
    record.run = round;
    record.sent_seconds = begin + answer.submitted;
    record.ended_seconds = record.sent_seconds + std::max(answer.metrics.total_seconds, record.e2el());
    record.answer = answer.text;
    group.answers.push_back(answer.text);
    recorder_.add(std::move(record));
  }

  void add_counter(const Group& group, const char* name, const char* unit, const char* formula,
                   std::int64_t value) {
    recorder_.add_sampled(group.label,
                          {{name, unit, formula, Better::kNeither, {static_cast<double>(value)}}});
  }

  /// From the record, which may have rounds of a run that was cut.
  AblationCounters counted(const Group& group) const {
    AblationCounters counters;
    for (const RequestRecord& request : recorder_.record().requests) {
      if (request.group != group.label) continue;
      const RequestMetrics& metrics = request.metrics;
      counters.new_tokens += metrics.completion_tokens;
      counters.draft_accepted += metrics.draft_accepted;
      counters.prefix_reused += metrics.prefix_reused;
      counters.vision_reused += metrics.vision_reused;
      counters.answers_reused += metrics.answer_cached ? 1 : 0;
    }
    for (const GroupRecord& own : recorder_.record().groups) {
      if (own.label != group.label) continue;
      for (const RunFigure& figure : own.sampled) {
        for (const double value : figure.values) {
          if (figure.name == kSteps) counters.steps += static_cast<std::int64_t>(value);
          if (figure.name == kOperatorSteps) counters.operator_steps += static_cast<std::int64_t>(value);
          if (figure.name == kStepBytes) counters.step_bytes = static_cast<std::int64_t>(value);
          if (figure.name == kKvBytes) counters.kv_bytes = static_cast<std::int64_t>(value);
        }
      }
    }
    return counters;
  }

  /// With those of the group with all off, the first of which were made in the first round.
  void compare(const Group& group) {
    const bool first = wanted_.empty();
    for (const RequestRecord& request : recorder_.record().requests) {
      if (!first) break;
      if (request.group == groups_.front().label && request.run == 1) wanted_.push_back(request.answer);
    }
    if (wanted_.size() != group.answers.size()) return;
    RunFigure figure{"answer_edits_percent", "%",
                     "characters to change to get the answer with all off / its length", Better::kLower};
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      const auto length = static_cast<double>(std::max<std::int64_t>(1, character_edits(wanted_[i], "")));
      figure.values.push_back(100.0 * static_cast<double>(character_edits(group.answers[i], wanted_[i])) /
                              length);
    }
    recorder_.add_sampled(group.label, {figure});
  }

  void note_counters() {
    for (std::size_t i = 1; i < groups_.size(); ++i) {
      const AblationSwitch& one = plan_.switches[i - 1];
      const std::int64_t before = one.count(counted(groups_[i - 1]));
      const std::int64_t after = one.count(counted(groups_[i]));
      std::string text = std::string(one.what) + ": ";
      text += before == after ? std::string(one.counter) + " stayed at " + std::to_string(after) +
                                    "; it did nothing here."
                              : std::string(one.counter) + " went from " + std::to_string(before) + " to " +
                                    std::to_string(after) + ".";
      recorder_.record().group(groups_[i].label).notes = {std::move(text)};
    }
  }

  const EngineLoader& load_;
  const AblationPlan& plan_;
  RunRecorder& recorder_;
  const RunObserver& observer_;
  const Stopped& stopped_;
  std::vector<Group> groups_;
  std::vector<std::string> wanted_;  ///< the answers with all off
};

}  // namespace

Result<void> run_ablation(const EngineLoader& load, const AblationPlan& plan, RunRecorder& recorder,
                          const RunObserver& observer, const Stopped& stopped) {
  return Ablation(load, plan, recorder, observer, stopped).run();
}

}  // namespace fovea::bench
