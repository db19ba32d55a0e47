#include "core/cost/month_cost.h"

#include <algorithm>
#include <cmath>

namespace fovea::cost {
namespace {

using I = CostInputs;

double hours_per_day(const CostInputs& inputs) {
  const double hours = number_of(inputs, &I::stop_hour) - number_of(inputs, &I::start_hour);
  return hours > 0.0 ? hours : hours + 24.0;
}

CostInputs always_on(CostInputs inputs) {
  // The month's questions stay as many, spread over more days.
  if (inputs.requests_per_day) {
    inputs.requests_per_day =
        *inputs.requests_per_day * open_days(inputs) / number_of(inputs, &I::month_days);
  }
  inputs.start_hour = 0.0;
  inputs.stop_hour = 24.0;
  inputs.open_days.reset();
  return inputs;
}

double monthly_requests(const CostInputs& inputs) {
  return number_of(inputs, &I::requests_per_day) * open_days(inputs);
}

}  // namespace

double open_days(const CostInputs& inputs) {
  return inputs.open_days.value_or(number_of(inputs, &I::month_days));
}

double open_hours(const CostInputs& inputs) {
  return hours_per_day(inputs) * open_days(inputs);
}

Schedule schedule_of(const CostInputs& inputs, bool unload) {
  Schedule schedule;
  schedule.month_hours = 24.0 * number_of(inputs, &I::month_days);
  const double open = open_hours(inputs);
  schedule.on_hours = open;
  const double requests = monthly_requests(inputs);
  const double busy = busy_seconds(inputs, true).value_or(0.0);
  schedule.busy_hours = requests * busy / 3600.0;
  schedule.overloaded = schedule.busy_hours > open;
  schedule.busy_hours = std::min(schedule.busy_hours, open);
  if (!unload || !inputs.idle_unload) return schedule;
  const double rate = requests / (open * 3600.0);
  const double load = schedule.busy_hours / open;
  const double off = (1.0 - load) * std::exp(-rate * *inputs.idle_unload * 60.0);
  schedule.starts = rate * off * open * 3600.0;
  const double starting = schedule.starts * number_of(inputs, &I::cold_start) / 3600.0;
  schedule.on_hours = std::min(open, open * (1.0 - off) + starting);
  return schedule;
}

MonthlyBill monthly_bill(const HourlyCost& hour, const Schedule& schedule) {
  const double on = hour.capital + hour.network + hour.power_idle;
  MonthlyBill bill;
  bill.serving = schedule.busy_hours * on;
  bill.idle = (schedule.on_hours - schedule.busy_hours) * on;
  bill.power_above_idle = schedule.busy_hours * hour.power_above_idle;
  bill.off =
      (schedule.month_hours - schedule.on_hours) * ((hour.always_paid ? hour.capital : 0.0) + hour.power_off);
  bill.disk = schedule.month_hours * hour.disk;
  return bill;
}

Section month_section(const CostInputs& inputs, Basis basis) {
  Section section{"month", std::string("A month of the machine, ") + basis_name(basis), {}, {}};
  const HourlyCost hour = hourly_cost(inputs, basis);
  const Schedule schedule = schedule_of(inputs, true);
  const MonthlyBill bill = monthly_bill(hour, schedule);
  const CostInputs round_the_clock = always_on(inputs);
  const double always = monthly_bill(hour, schedule_of(round_the_clock, false)).total();
  const double opening = monthly_bill(hour, schedule_of(inputs, false)).total();
  section.lines = {
      {"open_hours", open_hours(inputs), "h", "(stop-hour - start-hour) * open-days"},
      {"on_hours", schedule.on_hours, "h",
       inputs.idle_unload
           ? "open_hours * (1 - (1 - rho) * exp(-lambda * idle-unload * 60)) + starts * cold-start / 3600; "
             "lambda = requests a second while open, rho = lambda * busy_seconds_per_answer"
           : "open_hours"},
      {"busy_hours", schedule.busy_hours, "h",
       "requests-per-day * open-days * busy_seconds_per_answer / 3600"},
      {"serving_per_month", bill.serving, "money",
       "busy_hours * (machine_per_hour + network_per_hour + power_idle_per_hour)"},
      {"idle_per_month", bill.idle, "money",
       "(on_hours - busy_hours) * (machine_per_hour + network_per_hour + power_idle_per_hour)"},
      {"power_above_idle_per_month", bill.power_above_idle, "money",
       "busy_hours * power_above_idle_per_hour"},
      {"off_per_month", bill.off, "money",
       std::string("(24 * month-days - on_hours) * ") +
           (hour.always_paid ? "(machine_per_hour + watts-off / 1000 * electricity)"
                             : "watts-off / 1000 * electricity")},
      {"disk_per_month", bill.disk, "money", "24 * month-days * disk_per_hour"},
      {"cost_per_month", bill.total(), "money", "the five above together"},
      {"always_on_per_month", always, "money", "the same questions, on 24 hours of month-days"},
  };
  const auto saving = [&](const char* name, double value, const char* of) {
    if (always > 0.0) section.lines.push_back({name, 100.0 * (1.0 - value / always), "%", of});
  };
  section.lines.push_back(
      {"opening_hours_per_month", opening, "money", "on from start-hour to stop-hour on open-days"});
  saving("opening_hours_save", opening, "1 - opening_hours_per_month / always_on_per_month");
  if (inputs.idle_unload) {
    section.lines.push_back({"cold_starts_per_month", schedule.starts, "starts",
                             "lambda * (1 - rho) * exp(-lambda * idle-unload * 60) * open_hours * 3600"});
    saving("hours_and_unloading_save", bill.total(), "1 - cost_per_month / always_on_per_month");
  }
  if (const double requests = monthly_requests(inputs); requests > 0.0 && !schedule.overloaded) {
    section.lines.push_back({"use_of_the_machine", 100.0 * schedule.busy_hours / schedule.on_hours, "%",
                             "busy_hours / on_hours"});
    section.lines.push_back({"cost_per_answer_in_all", bill.total() / requests, "money",
                             "cost_per_month / (requests-per-day * open-days)"});
  }
  if (schedule.overloaded) {
    section.notes.emplace_back(
        "One machine cannot answer so many questions in its hours: it would be busy all the time. "
        "--rate and --p99-seconds say how many it takes.");
  }
  if (inputs.requests_per_day && !busy_seconds(inputs, true)) {
    section.notes.emplace_back("Without a throughput no time counts as serving.");
  }
  return section;
}

Section ways_section(const CostInputs& inputs) {
  Section section{"ways", "Ways to have the machine", {}, {}};
  const std::vector<Basis> bases = known_bases(inputs);
  if (bases.size() < 2) return section;
  for (const Basis basis : bases) {
    const HourlyCost hour = hourly_cost(inputs, basis);
    const double month = monthly_bill(hour, schedule_of(inputs, true)).total();
    const std::string name = basis_name(basis);
    section.lines.push_back({name + "_per_hour", hour.load(), "money/h", "load_per_hour, " + name});
    section.lines.push_back({name + "_per_month", month, "money", "cost_per_month, " + name});
  }
  if (inputs.buy_price && inputs.rent_per_hour) {
    const HourlyCost rented = hourly_cost(inputs, Basis::kRented);
    if (rented.capital > 0.0) {
      const double lost = *inputs.buy_price - number_of(inputs, &I::resale);
      section.lines.push_back({"buying_pays_after_rented_hours", lost / rented.capital, "h",
                               "(buy-price - resale) / rent-per-hour"});
    }
  }
  return section;
}

}  // namespace fovea::cost
