#pragma once

#include "core/cost/elsewhere.h"
#include "core/cost/inputs.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// An API's prices as the user wrote them, in its own currency.
struct ApiOffer {
  cost::ApiPrice price;
  std::string currency;            ///< empty: the user's
  std::optional<double> exchange;  ///< the user's currency for one unit of `currency`
};

/// A file of prices: inputs by their names, "currency", "basis", and a list "apis".
struct CostFile {
  cost::CostInputs inputs;
  bool has_currency = false;
  std::optional<std::string> basis;
  std::vector<ApiOffer> apis;
};

/// Reads such a file in YAML (docs/cost.md). Errors: kNotFound; kInvalidArgument, which names the file, the
/// key and what was meant, or the value and its range.
Result<CostFile> read_cost_file(const std::filesystem::path& file);

/// What is set in `inputs` as such a file; a standard value is written as a comment, so that it can be
/// edited.
std::string cost_yaml(const cost::CostInputs& inputs, const std::optional<std::string>& basis,
                      const std::vector<ApiOffer>& apis);

/// Where the user's own prices are: $XDG_CONFIG_HOME/fovea/cost.yaml, else ~/.config/fovea/cost.yaml. A
/// relative XDG_CONFIG_HOME counts as none, as that standard says.
std::filesystem::path user_cost_file();

/// Writes `text` there, whole or not at all; folders are made. Errors: kDiskFull.
Result<void> write_cost_file(const std::filesystem::path& file, const std::string& text);

/// The offers in the user's currency. Errors: kInvalidArgument for one in another without an exchange.
Result<std::vector<cost::ApiPrice>> in_currency(const std::vector<ApiOffer>& offers,
                                                const std::string& currency);

}  // namespace fovea
