#include "core/bench/engine_bench.h"

#include "core/bench/units.h"
#include "core/bench/workload.h"

#include <algorithm>
#include <map>
#include <utility>

namespace fovea::bench {
namespace {

constexpr const char* kTtftFormula = "first token - submission";
constexpr const char* kTpotFormula = "(last token - first token) / (tokens - 1)";
constexpr const char* kE2elFormula = "last token - submission";

const char* const kSecondQuestion = "Which colour is seen most, and where?";

/// The runs of one part, and what they gave.
class PartRun {
 public:
  PartRun(BenchReport& report, const BenchPlan& plan, std::string label, const BenchProgress& progress,
          const Stopped& stopped, const AnswersObserver& on_answers)
      : report_(report), plan_(plan), progress_(progress), stopped_(stopped), on_answers_(on_answers) {
    part_.label = std::move(label);
  }

  /// Calls `once(seed, counts)` for the warm-up and the runs that count; `counts` is whether they do. Stops
  /// on an error or on the caller's word.
  template <typename Once>
  Result<void> repeat(const Once& once) {
    const int runs = plan_.warm_up + plan_.repeats;
    for (int run = 0; run < runs; ++run) {
      if (stopped_ && stopped_()) {
        report_.stopped = true;
        break;
      }
      if (progress_) progress_(part_.label, run + 1, runs);
      counts_ = run >= plan_.warm_up;
      run_ = run - plan_.warm_up + 1;
      if (Result<void> done = once(); !done) return done;
    }
    for (const auto& name : order_) {
      Figure figure = std::move(figures_[name]);
      figure.summary = summarize(figure.values);
      part_.figures.push_back(std::move(figure));
    }
    report_.parts.push_back(std::move(part_));
    return {};
  }

  /// Asks all at once. A cancelled run counts for nothing. `which`: behind the part's label, for the
  /// observer.
  std::vector<CollectedAnswer> ask(Engine& engine, std::vector<GenerationRequest> requests,
                                   const char* which = "") {
    for (GenerationRequest& request : requests) request.ignore_eos = plan_.ignore_eos;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<CollectedAnswer> answers = ask_together(engine, requests, stopped_);
    if (stopped_ && stopped_()) counts_ = false;
    if (counts_ && on_answers_) on_answers_(part_.label + which, run_, begin, answers);
    part_.new_tokens = 0;
    for (const CollectedAnswer& answer : answers) {
      part_.prompt_tokens = answer.metrics.prompt_tokens;
      part_.new_tokens += answer.metrics.completion_tokens;
      if (answer.metrics.untold.tokens) part_.tokens_told = false;
      if (!answer.error) continue;
      ++part_.failed;
      if (!report_.error) report_.error = answer.error;
    }
    return answers;
  }

  void add(const std::string& name, const char* formula, double value) {
    if (!counts_) return;
    if (!figures_.contains(name)) order_.push_back(name);
    Figure& figure = figures_[name];
    figure.name = name;
    figure.formula = formula;
    figure.values.push_back(value);
  }

 private:
  BenchReport& report_;
  const BenchPlan& plan_;
  const BenchProgress& progress_;
  const Stopped& stopped_;
  const AnswersObserver& on_answers_;
  BenchPart part_;
  std::vector<std::string> order_;
  std::map<std::string, Figure> figures_;
  bool counts_ = false;
  int run_ = 0;  ///< of those that count
};

void add_latencies(PartRun& part, const CollectedAnswer& answer) {
  const RequestMetrics& metrics = answer.metrics;
  if (answer.error || metrics.token_times.empty()) return;
  part.add("ttft_ms", kTtftFormula, kMilliseconds * metrics.ttft());
  if (metrics.completion_tokens > 1) part.add("tpot_ms", kTpotFormula, kMilliseconds * metrics.tpot());
  part.add("e2el_ms", kE2elFormula, kMilliseconds * metrics.token_times.back());
}

Result<void> measure_decode(Engine& engine, const BenchPlan& plan, PartRun part) {
  std::uint64_t seed = plan.seed;
  return part.repeat([&]() -> Result<void> {
    auto request = text_request(engine, plan.prompt_tokens, plan.new_tokens, ++seed);
    if (!request) return request.error();
    for (const CollectedAnswer& answer : part.ask(engine, {*request})) {
      add_latencies(part, answer);
      if (answer.metrics.tpot() > 0.0) {
        part.add("decode_tokens_per_s", "1 / tpot", 1.0 / answer.metrics.tpot());
      }
    }
    return {};
  });
}

Result<void> measure_prefill(Engine& engine, const BenchPlan& plan, PartRun part) {
  std::uint64_t seed = plan.seed;
  return part.repeat([&]() -> Result<void> {
    auto request = text_request(engine, plan.prompt_tokens, 1, ++seed);
    if (!request) return request.error();
    for (const CollectedAnswer& answer : part.ask(engine, {*request})) {
      const double seconds = answer.metrics.stages[Stage::kPrefill];
      if (answer.error || seconds <= 0.0) continue;
      part.add("prefill_ms", "time in the stage prefill", kMilliseconds * seconds);
      const std::int64_t read = answer.metrics.prompt_tokens - answer.metrics.prefix_reused;
      part.add("prefill_tokens_per_s", "(prompt tokens - reused) / prefill",
               static_cast<double>(read) / seconds);
    }
    return {};
  });
}

Result<void> measure_ttft(Engine& engine, const BenchPlan& plan, PartRun part) {
  std::uint64_t seed = plan.seed;
  return part.repeat([&]() -> Result<void> {
    const ImageInput picture = made_up_picture(plan.width, plan.height, ++seed);
    const auto first = part.ask(engine, {picture_request(picture, kPictureQuestion, plan.new_tokens)});
    add_latencies(part, first.front());
    const RequestMetrics& metrics = first.front().metrics;
    if (first.front().error) return {};
    for (std::size_t i = 0; i < kStageCount; ++i) {
      const auto stage = static_cast<Stage>(i);
      if (stage > Stage::kFirstToken || metrics.stages[stage] <= 0.0) continue;
      part.add(std::string(stage_name(stage)) + "_ms", "time in that stage",
               kMilliseconds * metrics.stages[stage]);
    }
    const auto second =
        part.ask(engine, {picture_request(picture, kSecondQuestion, 1)}, kSecondQuestionSuffix);
    const double again = second.front().metrics.ttft();
    if (first.front().error || second.front().error || again <= 0.0) return {};
    part.add("ttft_again_ms", "ttft of a second question about the same picture", kMilliseconds * again);
    part.add("again_times_sooner", "ttft / ttft_again", metrics.ttft() / again);
    return {};
  });
}

Result<void> measure_batch(Engine& engine, const BenchPlan& plan, int size, PartRun part) {
  std::uint64_t seed = plan.seed + static_cast<std::uint64_t>(size) * 1000;
  return part.repeat([&]() -> Result<void> {
    std::vector<GenerationRequest> requests;
    for (int i = 0; i < size; ++i) {
      auto request = text_request(engine, plan.prompt_tokens, plan.new_tokens, ++seed);
      if (!request) return request.error();
      requests.push_back(std::move(*request));
    }
    const std::vector<CollectedAnswer> answers = part.ask(engine, requests);
    std::int64_t tokens = 0;
    double end = 0.0;
    double all_begun = 0.0;  // from here on every step is decoding
    bool counted = true;     // the server told how many tokens there were
    bool one_by_one = true;  // and each came by itself
    for (const CollectedAnswer& answer : answers) {
      add_latencies(part, answer);
      const RequestMetrics& metrics = answer.metrics;
      tokens += metrics.completion_tokens;
      counted = counted && !metrics.untold.tokens;
      one_by_one =
          one_by_one && metrics.token_times.size() == static_cast<std::size_t>(metrics.completion_tokens);
      end = std::max(end, answer.ended());
      all_begun = std::max(all_begun, answer.submitted + answer.metrics.ttft());
    }
    if (end <= 0.0 || !counted) return {};
    part.add("output_tokens_per_s", "tokens of all / (last token - first submission)",
             static_cast<double>(tokens) / end);
    std::int64_t decoded = 0;
    for (const CollectedAnswer& answer : answers) {
      const std::vector<double>& times = answer.metrics.token_times;
      decoded += std::count_if(times.begin(), times.end(),
                               [&](double time) { return answer.submitted + time > all_begun; });
    }
    if (end > all_begun && one_by_one) {
      part.add("decode_tokens_per_s", "tokens after the last request's first / the time they took",
               static_cast<double>(decoded) / (end - all_begun));
    }
    return {};
  });
}

}  // namespace

Result<BenchReport> run_bench(Engine& engine, const BenchPlan& plan, const BenchProgress& progress,
                              const Stopped& stopped, const AnswersObserver& on_answers) {
  BenchReport report;
  const auto part = [&](std::string label) {
    return PartRun(report, plan, std::move(label), progress, stopped, on_answers);
  };
  Result<void> done;
  switch (plan.kind) {
    case BenchKind::kDecode:
      done = measure_decode(engine, plan, part("decode"));
      break;
    case BenchKind::kPrefill:
      done = measure_prefill(engine, plan, part("prefill"));
      break;
    case BenchKind::kTtft:
      done = measure_ttft(engine, plan,
                          part(std::to_string(plan.width) + " x " + std::to_string(plan.height) + " pixels"));
      break;
    case BenchKind::kBatch:
      for (const int size : plan.batches) {
        if (done = measure_batch(engine, plan, size, part("batch " + std::to_string(size))); !done) break;
        if (report.stopped) break;
      }
      break;
  }
  if (!done) return done.error();
  return report;
}

}  // namespace fovea::bench
