#include "app/cli/bench/answer_keeper.h"

#include "app/cli/quantities.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fovea::cli {
namespace {

using bench::BenchKind;
using Seconds = std::chrono::duration<double>;

std::vector<std::pair<std::string, std::string>> settings_of(const bench::BenchPlan& plan) {
  std::vector<std::pair<std::string, std::string>> out;
  if (plan.kind == BenchKind::kTtft) {
    out.emplace_back("pictures", size_text(plan.width, plan.height) + " pixels, made up, each different");
  } else {
    out.emplace_back("prompt",
                     "made-up text of about " + counted(plan.prompt_tokens, "token") + ", each different");
  }
  if (plan.kind != BenchKind::kPrefill) {
    out.emplace_back("answers", std::string(plan.ignore_eos ? "" : "at most ") +
                                    counted(plan.new_tokens, "token") + ", greedy");
  }
  out.emplace_back("repetitions", std::to_string(plan.repeats));
  out.emplace_back("warm-up", counted(plan.warm_up, "run") + " of each part");
  return out;
}

/// How fast the prompt was read, as `bench prefill` prints it.
bench::RunFigure prefill_rate(const RequestMetrics& metrics) {
  bench::RunFigure figure;
  figure.name = "prefill_tokens_per_s";
  figure.unit = "tokens/s";
  figure.formula = "(prompt tokens - reused) / prefill";
  figure.better = bench::Better::kHigher;
  const double seconds = metrics.stages[Stage::kPrefill];
  if (seconds <= 0.0) return figure;
  figure.values = {static_cast<double>(metrics.prompt_tokens - metrics.prefix_reused)};
  figure.divisors = {seconds};
  figure.block = 1;
  return figure;
}

bench::RunRecord begun(const bench::BenchPlan& plan, std::vector<std::string> arguments,
                       bench::RunRecord record) {
  record.name = arguments.size() > 1 ? arguments[1] : std::string();
  record.arguments = std::move(arguments);
  record.settings = settings_of(plan);
  if (plan.kind == BenchKind::kBatch) record.axis = "requests at once";
  return record;
}

}  // namespace

AnswerKeeper::AnswerKeeper(const bench::BenchPlan& plan, std::vector<std::string> arguments,
                           bench::RunRecord record)
    : kind_(plan.kind), recorder_(begun(plan, std::move(arguments), std::move(record))) {}

bench::AnswersObserver AnswerKeeper::observer() {
  return [this](const std::string& group, int run, std::chrono::steady_clock::time_point begin,
                const std::vector<bench::CollectedAnswer>& answers) {
    const double sent = Seconds(begin - recorder_.begin()).count();
    // A batch's place on the axis is its size; the other kinds have no axis.
    recorder_.record().group(group, static_cast<double>(answers.size()));
    for (const bench::CollectedAnswer& answer : answers) {
      if (kind_ == BenchKind::kPrefill && !answer.error)
        recorder_.add_sampled(group, {prefill_rate(answer.metrics)});
      bench::RequestRecord request = bench::record_of(answer);
      request.group = group;
      request.run = run;
      request.sent_seconds = sent + answer.submitted;
      request.ended_seconds = request.sent_seconds + std::max(answer.metrics.total_seconds, request.e2el());
      recorder_.add(std::move(request));
    }
  };
}

Result<void> AnswerKeeper::finish(bool stopped, double read_after) {
  recorder_.record().environment.read_after = read_after;
  recorder_.finish(stopped);
  if (recorder_.fault()) return *recorder_.fault();
  return {};
}

}  // namespace fovea::cli
