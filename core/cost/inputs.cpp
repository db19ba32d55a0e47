#include "core/cost/inputs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fovea::cost {
namespace {

constexpr double kMoney = 1e12;  // more would be a slip of the keyboard in any currency
constexpr double kCount = 1e12;

std::string plain(double value) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general);
  return std::string(buffer.data(), end.ptr);
}

std::string range_text(const InputField& field) {
  if (field.above_low) return "a number above " + plain(field.low) + " and at most " + plain(field.high);
  return "a number from " + plain(field.low) + " to " + plain(field.high);
}

Error refused(const char* name, std::string message, std::string remedy = {}) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(remedy), name};
}

}  // namespace

const std::vector<InputField>& input_fields() {
  using I = CostInputs;
  static const char* const kMeasured = "Measured, or meant";
  static const char* const kMachine = "The machine";
  static const char* const kUse = "How it is used";
  static const char* const kServerless = "A serverless offer";
  static const char* const kQueue = "How many machines";
  static const char* const kPlan = "Capacity plan";
  static const std::vector<InputField> kFields = {
      {"prompt-tokens",
       kMeasured,
       "Tokens of a question, its pictures included",
       "tokens",
       &I::prompt_tokens,
       0,
       1e8,
       true,
       {}},
      {"answer-tokens", kMeasured, "Tokens of an answer", "tokens", &I::answer_tokens, 0, 1e8, true, {}},
      {"alone-tokens-per-second",
       kMeasured,
       "Answer tokens over an answer's whole time, one answer at a time",
       "tokens/s",
       &I::alone_tokens_per_second,
       0,
       1e9,
       true,
       {}},
      {"batched-tokens-per-second",
       kMeasured,
       "Answer tokens a second of all answers at once",
       "tokens/s",
       &I::batched_tokens_per_second,
       0,
       1e9,
       true,
       {}},
      {"batch",
       kMeasured,
       "How many answers at once those were",
       "answers",
       &I::batch,
       1,
       100'000,
       false,
       {}},
      {"first-token-share",
       kMeasured,
       "Part of an answer's time before its first token",
       "share",
       &I::first_token_share,
       0,
       1,
       false,
       {}},
      {"answers-per-page", kMeasured, "Answers that a page takes", "answers", &I::answers_per_page, 0, 1e6,
       true, 1.0},

      {"rent-per-hour", kMachine, "Rent on demand", "money/h", &I::rent_per_hour, 0, kMoney, false, {}},
      {"interruptible-per-hour",
       kMachine,
       "Rent of the same as an interruptible machine",
       "money/h",
       &I::interruptible_per_hour,
       0,
       kMoney,
       false,
       {}},
      {"redone-share", kMachine, "Part of an interruptible machine's hours lost to interruptions", "share",
       &I::redone_share, 0, 0.95, false, 0.1},
      {"buy-price", kMachine, "Price of a bought machine", "money", &I::buy_price, 0, kMoney, false, {}},
      {"buy-years", kMachine, "Years that it serves", "years", &I::buy_years, 0, 50, true, 3.0},
      {"resale", kMachine, "What it fetches then", "money", &I::resale, 0, kMoney, false, 0.0},
      {"disk-per-hour", kMachine, "Disk, paid whether the machine is on or off", "money/h", &I::disk_per_hour,
       0, kMoney, false, 0.0},
      {"network-per-hour", kMachine, "Network, paid while it is on", "money/h", &I::network_per_hour, 0,
       kMoney, false, 0.0},
      {"electricity", kMachine, "Price of a kilowatt hour; 0 where the rent includes it", "money/kWh",
       &I::electricity, 0, kMoney, false, 0.0},
      {"watts-idle", kMachine, "Power with the model loaded and no question", "W", &I::watts_idle, 0, 1e6,
       false, 0.0},
      {"watts-load", kMachine, "Power while it answers", "W", &I::watts_load, 0, 1e6, false, {}},
      {"watts-off", kMachine, "Power while it is stopped or unloaded", "W", &I::watts_off, 0, 1e6, false,
       0.0},

      {"requests-per-day",
       kUse,
       "Questions on a day that it is on",
       "requests/day",
       &I::requests_per_day,
       0,
       kCount,
       false,
       {}},
      {"start-hour", kUse, "Hour of the day at which it starts", "h", &I::start_hour, 0, 24, false, 0.0},
      {"stop-hour", kUse, "Hour at which it stops; below the start: on the next day", "h", &I::stop_hour, 0,
       24, false, 24.0},
      {"open-days",
       kUse,
       "Days of a month on which it is on (else month-days)",
       "days",
       &I::open_days,
       0,
       31,
       true,
       {}},
      {"month-days", kUse, "Days of a month", "days", &I::month_days, 28, 31, false, 30.0},
      {"idle-unload",
       kUse,
       "Minutes without a question after which it is stopped",
       "min",
       &I::idle_unload,
       0,
       100'000,
       false,
       {}},
      {"cold-start", kUse, "Seconds from stopped to the first question", "s", &I::cold_start, 0, 86'400,
       false, 20.0},

      {"serverless-per-second",
       kServerless,
       "Price of a second",
       "money/s",
       &I::serverless_per_second,
       0,
       kMoney,
       false,
       {}},
      {"serverless-keep", kServerless, "Seconds that it is kept warm after a question, and paid", "s",
       &I::serverless_keep, 0, 86'400, false, 0.0},

      {"rate", kQueue, "Questions a second (Poisson arrivals)", "requests/s", &I::rate, 0, 1e9, true, {}},
      {"p99-seconds",
       kQueue,
       "What 99 of 100 answers may take, waiting included",
       "s",
       &I::p99_seconds,
       0,
       1e6,
       true,
       {}},
      {"answer-spread", kQueue, "Deviation of an answer's length over its mean, beside what was measured",
       "share", &I::answer_spread, 0, 5, false, 0.0},
      {"samples", kQueue, "Simulated questions", "requests", &I::samples, 1'000, 1e7, false, 100'000.0},
      {"seed", kQueue, "Seed of the simulation", "", &I::seed, 0, 4'294'967'295.0, false, 1.0},

      {"users", kPlan, "People", "people", &I::users, 1, 2e10, false, {}},
      {"asks-per-day", kPlan, "Questions of one of them a day", "requests/day", &I::asks_per_day, 0, 1e6,
       true, 5.0},
      {"peak-factor", kPlan, "The busiest second over the day's mean", "times", &I::peak_factor, 1, 1'000,
       false, 3.0},
      {"spare-share", kPlan, "Machines beyond those needed, for failures and updates", "share",
       &I::spare_share, 0, 10, false, 0.15},
      {"regions", kPlan, "Places, each for its part of the people", "places", &I::regions, 1, 10'000, false,
       3.0},
      {"picture-kilobytes", kPlan, "Upload of a question", "kB", &I::picture_kilobytes, 0, 1e6, false, 300.0},
  };
  return kFields;
}

const InputField* find_field(std::string_view name) {
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  for (const InputField& field : input_fields()) {
    if (dashed == field.name) return &field;
  }
  return nullptr;
}

CostInputs::Number value_of(const CostInputs& inputs, CostInputs::Number CostInputs::*member) {
  if (inputs.*member) return inputs.*member;
  for (const InputField& field : input_fields()) {
    if (field.member == member) return field.standard;
  }
  return {};
}

double number_of(const CostInputs& inputs, CostInputs::Number CostInputs::*member) {
  return value_of(inputs, member).value_or(0.0);
}

Result<void> check_value(const InputField& field, double value) {
  // Every comparison with NaN is false, so what is not finite has its own test.
  if (std::isfinite(value) && value >= field.low && value <= field.high &&
      !(field.above_low && value <= field.low))
    return {};
  return refused(field.name,
                 std::string(field.name) + " takes " + range_text(field) + ", not " + plain(value) + ".");
}

Result<void> check_inputs(const CostInputs& inputs) {
  for (const InputField& field : input_fields()) {
    if (!(inputs.*field.member)) continue;
    if (Result<void> fine = check_value(field, *(inputs.*field.member)); !fine) return fine;
  }
  if (inputs.resale && !inputs.buy_price)
    return refused("resale", "resale has no meaning without buy-price.");
  if (inputs.resale && *inputs.resale > *inputs.buy_price)
    return refused("resale", "resale is above buy-price: the machine would pay for itself.");
  if (inputs.watts_load && *inputs.watts_load < number_of(inputs, &CostInputs::watts_idle))
    return refused("watts-load", "watts-load is below watts-idle.");
  if (number_of(inputs, &CostInputs::start_hour) == number_of(inputs, &CostInputs::stop_hour))
    return refused("stop-hour", "start-hour and stop-hour are the same: the machine would never be on.",
                   "0 to 24 is all day.");
  if (inputs.open_days && *inputs.open_days > number_of(inputs, &CostInputs::month_days))
    return refused("open-days", "open-days is more than month-days.");
  if (inputs.batch.has_value() != inputs.batched_tokens_per_second.has_value())
    return refused("batch", "batch and batched-tokens-per-second belong together: give both or neither.");
  if (inputs.currency.empty() || inputs.currency.size() > 16)
    return refused("currency", "currency takes a name of 1 to 16 bytes, such as EUR.");
  return {};
}

}  // namespace fovea::cost
