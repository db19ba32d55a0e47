#include "core/cost/elsewhere.h"

#include <cmath>

namespace fovea::cost {
namespace {

using I = CostInputs;
constexpr double kTokensPriced = 1e6;

/// A month of the kept machine with so many questions on each day that it is on.
double kept_month(CostInputs inputs, Basis basis, double requests_per_day) {
  inputs.requests_per_day = requests_per_day;
  inputs.idle_unload.reset();
  return monthly_bill(hourly_cost(inputs, basis), schedule_of(inputs, false)).total();
}

double most_per_day(const CostInputs& inputs) {
  const auto busy = busy_seconds(inputs, true);
  return busy ? open_hours(inputs) / open_days(inputs) * 3600.0 / *busy : 0.0;
}

}  // namespace

ApiComparison compare_api(const CostInputs& inputs, Basis basis, const ApiPrice& price) {
  ApiComparison out;
  out.answer = number_of(inputs, &I::prompt_tokens) / kTokensPriced * price.million_in +
               number_of(inputs, &I::answer_tokens) / kTokensPriced * price.million_out + price.request;
  const double marginal =
      hourly_cost(inputs, basis).power_above_idle / 3600.0 * busy_seconds(inputs, true).value_or(0.0);
  if (out.answer <= marginal) return out;
  out.break_even_per_day = kept_month(inputs, basis, 0.0) / ((out.answer - marginal) * open_days(inputs));
  out.within_reach = *out.break_even_per_day <= most_per_day(inputs);
  return out;
}

Section api_section(const CostInputs& inputs, Basis basis, const std::vector<ApiPrice>& prices) {
  Section section{"api", "This machine against APIs", {}, {}};
  if (prices.empty()) return section;
  if (!inputs.prompt_tokens || !inputs.answer_tokens) {
    section.notes.emplace_back("API prices need prompt-tokens and answer-tokens.");
    return section;
  }
  if (most_per_day(inputs) > 0.0) {
    section.lines.push_back({"this_machine_answers_per_day", most_per_day(inputs), "requests/day",
                             "open_hours / open-days * 3600 / busy_seconds_per_answer"});
  }
  for (const ApiPrice& price : prices) {
    const ApiComparison at = compare_api(inputs, basis, price);
    section.lines.push_back(
        {"answer_at_" + price.name, at.answer, "money",
         "prompt-tokens / 1000000 * million_in + answer-tokens / 1000000 * million_out + request"});
    if (inputs.requests_per_day) {
      section.lines.push_back({"month_at_" + price.name,
                               at.answer * *inputs.requests_per_day * open_days(inputs), "money",
                               "answer_at_" + price.name + " * requests-per-day * open-days"});
    }
    if (!at.break_even_per_day) {
      section.notes.push_back(price.name +
                              " is cheaper at any number of questions: an answer costs less there than this "
                              "machine's electricity for it.");
      continue;
    }
    section.lines.push_back(
        {"break_even_with_" + price.name, *at.break_even_per_day, "requests/day",
         "month without a question / ((answer_at_" + price.name +
             " - power_above_idle_per_hour / 3600 * busy_seconds_per_answer) * open-days)"});
    if (!at.within_reach && most_per_day(inputs) > 0.0) {
      section.notes.push_back(price.name + " is cheaper up to all that one machine can answer.");
    }
  }
  return section;
}

double serverless_per_request(const CostInputs& inputs, double requests_per_day) {
  const double keep = number_of(inputs, &I::serverless_keep);
  const double rate = requests_per_day * open_days(inputs) / (open_hours(inputs) * 3600.0);
  const double cold = std::exp(-rate * keep);
  // The mean of min(time to the next question, keep) for exponential times.
  const double kept = rate * keep > 1e-9 ? (1.0 - cold) / rate : keep;
  const double seconds =
      busy_seconds(inputs, false).value_or(0.0) + cold * number_of(inputs, &I::cold_start) + kept;
  return number_of(inputs, &I::serverless_per_second) * seconds;
}

std::optional<double> serverless_break_even(const CostInputs& inputs, Basis basis) {
  const double most = most_per_day(inputs);
  if (!inputs.serverless_per_second || most <= 0.0) return std::nullopt;
  const auto dearer = [&](double requests) {
    return serverless_per_request(inputs, requests) * requests * open_days(inputs) >=
           kept_month(inputs, basis, requests);
  };
  if (!dearer(most)) return std::nullopt;
  double low = 0.0;
  double high = most;
  for (int step = 0; step < 100; ++step) {
    const double middle = 0.5 * (low + high);
    (dearer(middle) ? high : low) = middle;
  }
  return high;
}

Section serverless_section(const CostInputs& inputs, Basis basis) {
  Section section{"serverless", "Serverless against this machine kept on", {}, {}};
  if (!inputs.serverless_per_second) return section;
  if (!busy_seconds(inputs, false)) {
    section.notes.emplace_back("Serverless prices need a throughput and answer-tokens.");
    return section;
  }
  if (inputs.requests_per_day) {
    const double requests = *inputs.requests_per_day;
    const double each = serverless_per_request(inputs, requests);
    section.lines.push_back({"serverless_per_answer", each, "money",
                             "serverless-per-second * (answer-tokens / alone-tokens-per-second + exp(-lambda "
                             "* serverless-keep) * "
                             "cold-start + (1 - exp(-lambda * serverless-keep)) / lambda); lambda = requests "
                             "a second while open"});
    section.lines.push_back({"serverless_per_month", each * requests * open_days(inputs), "money",
                             "serverless_per_answer * requests-per-day * open-days"});
    section.lines.push_back({"kept_per_month", kept_month(inputs, basis, requests), "money",
                             "cost_per_month without idle-unload"});
  }
  const auto even = serverless_break_even(inputs, basis);
  if (even) {
    section.lines.push_back({"break_even_with_serverless", *even, "requests/day",
                             "where serverless_per_month = kept_per_month; below it serverless is cheaper"});
  } else {
    section.notes.emplace_back(
        "Serverless is cheaper at any number of questions that one machine could answer.");
  }
  return section;
}

}  // namespace fovea::cost
