#include "app/cli/answer_price.h"

#include "app/cli/cost_output.h"
#include "app/cli/quantities.h"
#include "app/cost/cost_file.h"
#include "core/cost/machine_cost.h"

#include <vector>

namespace fovea::cli {

std::string answer_price_line(double seconds, const std::filesystem::path& file) {
  const Result<CostFile> prices = read_cost_file(file);
  if (!prices) {
    return prices.error().code == ErrorCode::kNotFound ? std::string()
                                                       : "Cost: " + prices.error().text() + "\n";
  }
  if (const Result<void> fine = cost::check_inputs(prices->inputs); !fine)
    return "Cost: in " + file.string() + ": " + fine.error().text() + "\n";
  const std::vector<cost::Basis> bases = cost::known_bases(prices->inputs);
  cost::Basis basis = bases.front();
  for (const cost::Basis one : bases) {
    if (prices->basis && *prices->basis == cost::basis_name(one)) basis = one;
  }
  const double hour = cost::hourly_cost(prices->inputs, basis).load();
  if (hour <= 0.0) return {};
  const std::string& currency = prices->inputs.currency;
  const double answer = hour / 3600.0 * seconds;
  return "Cost: " + amount_text(answer) + " " + currency + ", for " + seconds_text(seconds) +
         " of a machine, " + cost::basis_name(basis) + ", at " + amount_text(hour) + " " + currency +
         " an hour under load; a thousand such answers " + amount_text(1000.0 * answer) + " " + currency +
         ".\n";
}

}  // namespace fovea::cli
