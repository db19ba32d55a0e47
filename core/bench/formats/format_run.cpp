#include "core/bench/formats/format_run.h"

#include "core/bench/accuracy.h"
#include "core/bench/report/figure_text.h"
#include "core/bench/report/run_comparison.h"
#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kMegabyte = 1e6;
constexpr int kLikeliest = 20;

class Formats {
 public:
  Formats(const FormatPlan& plan, RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped)
      : plan_(plan), recorder_(recorder), observer_(observer), stopped_(stopped) {
    for (std::size_t i = 0; i < plan.choices.size(); ++i)
      recorder.record().group(plan.choices[i].label, static_cast<double>(i));
    recorder.save();
  }

  Result<void> run() { return plan_.together ? run_together() : run_one_by_one(); }

 private:
  bool stop() const { return stopped_ && stopped_(); }

  Result<void> run_together() {
    std::vector<std::unique_ptr<Engine>> engines;
    for (const FormatChoice& choice : plan_.choices) {
      Result<std::unique_ptr<Engine>> engine = prepared(choice);
      if (!engine) return engine.error();
      if (stop()) return {};
      engines.push_back(std::move(*engine));
    }
    for (int round = 0; round < plan_.repeats && !stop(); ++round) {
      std::vector<bool> missing;
      for (const FormatChoice& choice : plan_.choices) missing.push_back(begin_round(choice, round));
      for (std::size_t question = 0; question < plan_.questions.size(); ++question) {
        for (std::size_t i = 0; i < engines.size() && !stop(); ++i) {
          const std::size_t at = (i + question + static_cast<std::size_t>(round)) % engines.size();
          if (missing[at]) ask(*engines[at], plan_.choices[at].label, question, round);
        }
      }
      for (std::size_t i = 0; i < missing.size() && !stop(); ++i) {
        if (missing[i]) recorder_.end_part(part_of(plan_.choices[i], round));
      }
    }
    return {};
  }

  Result<void> run_one_by_one() {
    for (const FormatChoice& choice : plan_.choices) {
      if (stop()) return {};
      // The first one's answers are what the others' are compared with.
      if (&choice != &plan_.choices.front() && whole(choice)) {
        done_ += plan_.repeats * std::ssize(plan_.questions);
        continue;
      }
      Result<std::unique_ptr<Engine>> engine = prepared(choice);
      if (!engine) return engine.error();
      for (int round = 0; round < plan_.repeats && !stop(); ++round) {
        if (!begin_round(choice, round)) continue;
        for (std::size_t question = 0; question < plan_.questions.size() && !stop(); ++question)
          ask(**engine, choice.label, question, round);
        if (!stop()) recorder_.end_part(part_of(choice, round));
      }
    }
    return {};
  }

  /// The same in both orders: a run may go on where less memory is free than where it began.
  static std::string part_of(const FormatChoice& choice, int round) {
    return choice.label + ", round " + std::to_string(round + 1);
  }

  static std::string answers_of(const FormatChoice& choice) { return "answers of " + choice.label; }

  bool whole(const FormatChoice& choice) const {
    bool missing = recorder_.begin_part(answers_of(choice));
    for (int round = 0; round < plan_.repeats; ++round)
      missing = missing || recorder_.begin_part(part_of(choice, round));
    return !missing;
  }

  /// False: whole from before the run was cut.
  bool begin_round(const FormatChoice& choice, int round) {
    const bool missing = recorder_.begin_part(part_of(choice, round));
    if (!missing) done_ += std::ssize(plan_.questions);
    return missing;
  }

  /// Loaded, and asked everything once: what that added to memory, and how its answers differ.
  Result<std::unique_ptr<Engine>> prepared(const FormatChoice& choice) {
    if (observer_) observer_({"loading " + choice.label, done_, 0, -1.0});
    const double before = read_resources().memory_mb;
    Result<std::unique_ptr<Engine>> engine = choice.load();
    if (!engine) return engine;
    RunRecord& record = recorder_.record();
    if (record.model.name.empty()) record.model = (*engine)->model();
    std::vector<CollectedAnswer> answers;
    for (const GenerationRequest& question : plan_.questions) {
      if (stop()) return engine;
      GenerationRequest request = question;
      if (!choice.elsewhere) request.sampling.logprobs = kLikeliest;
      answers.push_back(wait_for_answer(**engine, request));
      if (answers.back().error) return *answers.back().error;
    }
    // A run that goes on measured this before.
    if (!recorder_.begin_part(answers_of(choice))) {
      if (wanted_.empty()) wanted_ = std::move(answers);
      return engine;
    }
    if (!choice.elsewhere) add_memory(choice, (*engine)->model(), before);
    if (wanted_.empty()) {
      wanted_ = std::move(answers);
    } else {
      add_differences(choice, answers);
    }
    recorder_.end_part(answers_of(choice));
    return engine;
  }

  void add_memory(const FormatChoice& choice, const ModelInfo& model, double before) {
    recorder_.add_sampled(choice.label, {{"weights_mb",
                                          "MB",
                                          "weights as held in memory",
                                          Better::kLower,
                                          {static_cast<double>(model.weights_bytes) / kMegabyte}},
                                         {"memory_mb",
                                          "MB",
                                          "resident memory after loading it and its first answers - before",
                                          Better::kLower,
                                          {std::max(0.0, read_resources().memory_mb - before)}}});
  }

  void add_differences(const FormatChoice& choice, const std::vector<CollectedAnswer>& answers) {
    RunFigure edits{"answer_edits_percent", "%",
                    "characters to change to get the first one's answer / its length", Better::kLower};
    RunFigure equal{"answers_equal_percent", "%", "answers that are the first one's, character by character",
                    Better::kHigher};
    RunFigure divergence{
        "first_token_kl", "nats",
        "sum of p log(p / q) over the first token's likeliest, the rest as one; p: the first one's",
        Better::kLower};
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::string& wanted = wanted_[i].text;
      const auto changed = static_cast<double>(character_edits(answers[i].text, wanted));
      const auto length = static_cast<double>(std::max<std::int64_t>(1, character_edits(wanted, "")));
      edits.values.push_back(100.0 * changed / length);
      equal.values.push_back(changed == 0.0 ? 100.0 : 0.0);
      if (!answers[i].logprobs.empty() && !wanted_[i].logprobs.empty())
        divergence.values.push_back(
            first_token_divergence(wanted_[i].logprobs.front().top, answers[i].logprobs.front().top));
    }
    equal.divisors.assign(equal.values.size(), 1.0);
    equal.block = 1;
    recorder_.add_sampled(choice.label, {edits, equal, divergence});
  }

  void ask(Engine& engine, const std::string& label, std::size_t question, int round) {
    if (observer_) {
      const std::int64_t all = plan_.repeats * std::ssize(plan_.questions) * std::ssize(plan_.choices);
      const double one = asked_ > 0 ? (recorder_.now() - begin_) / static_cast<double>(asked_) : -1.0;
      observer_({label, done_, all, asked_ > 0 ? one * static_cast<double>(all - done_) : -1.0});
    }
    const double sent = recorder_.now();
    if (asked_ == 0) begin_ = sent;
    const std::vector<CollectedAnswer> answers = ask_together(engine, {plan_.questions[question]}, stopped_);
    ++asked_;
    ++done_;
    if (stop()) return;
    RequestRecord record = record_of(answers.front());
    record.group = label;
    record.run = round + 1;
    record.sent_seconds = sent;
    record.ended_seconds = recorder_.now();
    record.answer = answers.front().text;
    recorder_.add(std::move(record));
  }

  const FormatPlan& plan_;
  RunRecorder& recorder_;
  const RunObserver& observer_;
  const Stopped& stopped_;
  std::vector<CollectedAnswer> wanted_;  ///< the first choice's
  std::int64_t asked_ = 0;               ///< in this process
  std::int64_t done_ = 0;                ///< with those of an earlier one
  double begin_ = 0.0;
};

double probability(const std::vector<LikelyToken>& list, std::int32_t id) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const LikelyToken& one) { return one.id == id; });
  return found == list.end() ? 0.0 : std::exp(static_cast<double>(found->logprob));
}

/// What is shown to differ, "TPOT -41.0 % (99 % band -44.2 % to -38.0 %)".
std::string shown_differences(const GroupRecord& first, const GroupRecord& other) {
  std::string ttft;
  std::string tpot;
  for (const FigureDifference& one : compare_groups(first, other).differences) {
    const bool wanted = one.statistic == "median" && (one.figure == "ttft_ms" || one.figure == "tpot_ms");
    if (!wanted) continue;
    (one.figure == "ttft_ms" ? ttft : tpot) = one.too_few ? "too few answers to tell a difference"
                                              : one.verdict == Verdict::kNoDifferenceShown
                                                  ? "no difference shown"
                                                  : change_text(one.change) + " (99 % band " +
                                                        change_text(one.band.low) + " to " +
                                                        change_text(one.band.high) + ")";
  }
  if (ttft.empty()) return tpot.empty() ? "" : "TPOT " + tpot;
  return tpot.empty() ? "TTFT " + ttft : "TTFT " + ttft + "; TPOT " + tpot;
}

}  // namespace

double first_token_divergence(const std::vector<LikelyToken>& wanted, const std::vector<LikelyToken>& given) {
  if (wanted.empty() || given.empty()) return 0.0;
  double divergence = 0.0;
  double wanted_rest = 1.0;
  double given_rest = 1.0;
  constexpr double kLeast = 1e-12;  // of a mass that rounding made nothing
  for (const LikelyToken& token : wanted) {
    const double p = std::exp(static_cast<double>(token.logprob));
    const double q = probability(given, token.id);
    if (q <= 0.0) continue;  // with the rest, on both sides
    divergence += p * std::log(p / q);
    wanted_rest -= p;
    given_rest -= q;
  }
  if (wanted_rest > kLeast) divergence += wanted_rest * std::log(wanted_rest / std::max(kLeast, given_rest));
  return std::max(0.0, divergence);
}

Result<void> run_formats(const FormatPlan& plan, RunRecorder& recorder, const RunObserver& observer,
                         const Stopped& stopped) {
  return Formats(plan, recorder, observer, stopped).run();
}

void conclude_formats(RunRecord& record) {
  record.tables.clear();
  record.findings.clear();
  ReportTable table{"Side by side",
                    "Medians; answers against the first one's.",
                    {"", "TTFT ms", "TPOT ms", "last token ms", "weights MB", "memory MB", "answers equal %",
                     "edits %", "first token's KL, nats"},
                    {}};
  for (const GroupRecord& group : record.groups) {
    const auto text = [&](const char* name, bool mean = false) {
      const RunFigure* figure = find(group, name);
      if (figure == nullptr || figure->values.empty()) return std::string("-");
      return figure_text(mean ? figure->summary.mean : figure->value());
    };
    table.rows.push_back({group.label, text("ttft_ms"), text("tpot_ms"), text("e2el_ms"), text("weights_mb"),
                          text("memory_mb"), text("answers_equal_percent"),
                          text("answer_edits_percent", true), text("first_token_kl", true)});
    if (&group == &record.groups.front()) continue;
    const std::string differences = shown_differences(record.groups.front(), group);
    if (!differences.empty())
      record.findings.push_back(group.label + " against " + record.groups.front().label + ": " + differences +
                                ".");
  }
  if (!table.rows.empty()) record.tables.push_back(std::move(table));
}

}  // namespace fovea::bench
