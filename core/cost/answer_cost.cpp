#include "core/cost/answer_cost.h"

namespace fovea::cost {
namespace {

using I = CostInputs;
constexpr double kMillion = 1e6;

}  // namespace

std::optional<double> busy_seconds(const CostInputs& inputs, bool batched) {
  const auto rate = batched && inputs.batched_tokens_per_second ? inputs.batched_tokens_per_second
                                                                : inputs.alone_tokens_per_second;
  const auto known = rate ? rate : inputs.batched_tokens_per_second;
  if (!known || !inputs.answer_tokens) return std::nullopt;
  return *inputs.answer_tokens / *known;
}

Section answer_section(const CostInputs& inputs, Basis basis) {
  Section section{"answer", "An answer, while the machine does nothing else", {}, {}};
  const std::optional<double> busy = busy_seconds(inputs, true);
  if (!busy) {
    section.notes.emplace_back(
        "Answers need answer-tokens and alone-tokens-per-second (or batched-tokens-per-second and batch): by "
        "hand, or with --bench from `fovea bench batch --json`.");
    return section;
  }
  const double second = hourly_cost(inputs, basis).load() / 3600.0;
  const double answer = second * *busy;
  const double tokens = *inputs.answer_tokens;
  const std::string rate = inputs.batched_tokens_per_second ? "batched" : "alone";
  section.lines = {
      {"busy_seconds_per_answer", *busy, "s", "answer-tokens / " + rate + "-tokens-per-second"},
      {"answers_per_hour", 3600.0 / *busy, "answers/h", "3600 / busy_seconds_per_answer"},
      {"cost_per_answer", answer, "money", "load_per_hour / 3600 * busy_seconds_per_answer"},
      {"cost_per_page", answer * number_of(inputs, &I::answers_per_page), "money",
       "cost_per_answer * answers-per-page"},
      {"cost_per_thousand_answers", answer * 1000.0, "money", "cost_per_answer * 1000"},
      {"cost_per_million_tokens_out_bearing_all", answer / tokens * kMillion, "money",
       "load_per_hour / (" + rate + "-tokens-per-second * 3600) * 1000000"},
  };
  if (inputs.first_token_share && inputs.prompt_tokens) {
    const double share = *inputs.first_token_share;
    section.lines.push_back({"cost_per_million_tokens_in", answer * share / *inputs.prompt_tokens * kMillion,
                             "money", "cost_per_answer * first-token-share / prompt-tokens * 1000000"});
    section.lines.push_back({"cost_per_million_tokens_out", answer * (1.0 - share) / tokens * kMillion,
                             "money", "cost_per_answer * (1 - first-token-share) / answer-tokens * 1000000"});
  } else {
    section.notes.emplace_back(
        "Tokens in and out are told apart where prompt-tokens and first-token-share are known.");
  }
  if (inputs.alone_tokens_per_second && inputs.batched_tokens_per_second) {
    const double alone = second / *inputs.alone_tokens_per_second * kMillion;
    const double batched = second / *inputs.batched_tokens_per_second * kMillion;
    section.lines.push_back({"million_tokens_one_answer_at_a_time", alone, "money",
                             "load_per_hour / (alone-tokens-per-second * 3600) * 1000000"});
    section.lines.push_back({"million_tokens_batched", batched, "money",
                             "load_per_hour / (batched-tokens-per-second * 3600) * 1000000"});
    section.lines.push_back({"batching_saves", 100.0 * (1.0 - batched / alone), "%",
                             "1 - million_tokens_batched / million_tokens_one_answer_at_a_time"});
  }
  return section;
}

}  // namespace fovea::cost
