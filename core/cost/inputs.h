#pragma once

#include "core/api/error.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::cost {

/// What costs are made of. Money is in one currency, the user's, whose name is `currency`; nothing converts
/// it. A field that is not set has no price and no place in the results, or the default that `input_fields()`
/// gives. Names, units, ranges and meanings stand there, once.
struct CostInputs {
  using Number = std::optional<double>;

  std::string currency = "units";

  // What was measured, or is meant.
  Number prompt_tokens;
  Number answer_tokens;
  Number alone_tokens_per_second;
  Number batched_tokens_per_second;
  Number batch;
  Number first_token_share;
  Number answers_per_page;
  // The machine.
  Number rent_per_hour;
  Number interruptible_per_hour;
  Number redone_share;
  Number buy_price;
  Number buy_years;
  Number resale;
  Number disk_per_hour;
  Number network_per_hour;
  Number electricity;
  Number watts_idle;
  Number watts_load;
  Number watts_off;
  // How it is used.
  Number requests_per_day;
  Number start_hour;
  Number stop_hour;
  Number open_days;
  Number month_days;
  Number idle_unload;
  Number cold_start;
  // A serverless offer.
  Number serverless_per_second;
  Number serverless_keep;
  // How many machines.
  Number rate;
  Number p99_seconds;
  Number answer_spread;
  Number samples;
  Number seed;
  // On paper.
  Number users;
  Number asks_per_day;
  Number peak_factor;
  Number spare_share;
  Number regions;
  Number picture_kilobytes;
};

/// One field of CostInputs: all that an option, a settings file, a table or a panel needs of it.
struct InputField {
  const char* name;  ///< "rent-per-hour": an option's name; a file may write _ for -
  const char* section;
  const char* help;
  const char* unit;  ///< "money/h", "tokens/s"; "money" stands for the currency
  CostInputs::Number CostInputs::*member;
  double low;
  double high;
  bool above_low = false;       ///< `low` itself is refused
  CostInputs::Number standard;  ///< what counts where nothing was set
};

/// All of them, in the order of the help; fields of one section follow each other.
const std::vector<InputField>& input_fields();

/// nullptr if there is none of that name; - and _ are the same.
const InputField* find_field(std::string_view name);

/// What counts: what was set, else the standard; nothing where neither is there.
CostInputs::Number value_of(const CostInputs& inputs, CostInputs::Number CostInputs::*member);

/// As value_of, 0 where there is nothing.
double number_of(const CostInputs& inputs, CostInputs::Number CostInputs::*member);

/// Whether each number lies in its range and those that belong together agree (resale at most the price, load
/// at least idle). The error is kInvalidArgument; its message names the field and the range, `field` the
/// field.
Result<void> check_inputs(const CostInputs& inputs);

/// Whether one value may stand in the field.
Result<void> check_value(const InputField& field, double value);

}  // namespace fovea::cost
