#pragma once

#include "core/cost/month_cost.h"

#include <vector>

namespace fovea::cost {

/// What one offer of an API asks, in the user's currency.
struct ApiPrice {
  std::string name;
  double million_in = 0.0;   ///< tokens of questions
  double million_out = 0.0;  ///< tokens of answers
  double request = 0.0;      ///< for each question, whatever its tokens
};

/// What an answer costs there, and from how many questions a day this machine is cheaper: what a month of it
/// costs without a question, over what each question saves. Nothing where a question saves nothing.
struct ApiComparison {
  double answer = 0.0;
  std::optional<double> break_even_per_day;
  bool within_reach = false;  ///< the machine can answer as many as that
};

ApiComparison compare_api(const CostInputs& inputs, Basis basis, const ApiPrice& price);

/// All of the table against this machine. Needs prompt-tokens and answer-tokens; says so in a note.
Section api_section(const CostInputs& inputs, Basis basis, const std::vector<ApiPrice>& prices);

/// What a question costs serverless at so many a day: its own seconds, the cold start where none came within
/// serverless-keep before it (Poisson over the opening hours), and the seconds kept warm after it.
double serverless_per_request(const CostInputs& inputs, double requests_per_day);

/// Questions a day above which the kept machine is cheaper; nothing if serverless stays cheaper up to what
/// the machine can answer, or if prices are missing.
std::optional<double> serverless_break_even(const CostInputs& inputs, Basis basis);

/// Empty without serverless-per-second.
Section serverless_section(const CostInputs& inputs, Basis basis);

}  // namespace fovea::cost
