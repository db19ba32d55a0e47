#include "core/cost/machine_cost.h"

#include <algorithm>

namespace fovea::cost {
namespace {

using I = CostInputs;

std::string capital_formula(Basis basis) {
  switch (basis) {
    case Basis::kRented:
      return "rent-per-hour";
    case Basis::kInterruptible:
      return "interruptible-per-hour / (1 - redone-share)";
    case Basis::kBought:
      return "(buy-price - resale) / (buy-years * 8760)";
    case Basis::kOwned:
      break;
  }
  return "0: no price of the machine is set";
}

}  // namespace

const char* basis_name(Basis basis) {
  switch (basis) {
    case Basis::kRented:
      return "rented";
    case Basis::kInterruptible:
      return "interruptible";
    case Basis::kBought:
      return "bought";
    case Basis::kOwned:
      break;
  }
  return "owned";
}

std::vector<Basis> known_bases(const CostInputs& inputs) {
  std::vector<Basis> bases;
  if (inputs.rent_per_hour) bases.push_back(Basis::kRented);
  if (inputs.interruptible_per_hour) bases.push_back(Basis::kInterruptible);
  if (inputs.buy_price) bases.push_back(Basis::kBought);
  if (bases.empty()) bases.push_back(Basis::kOwned);
  return bases;
}

HourlyCost hourly_cost(const CostInputs& inputs, Basis basis) {
  HourlyCost hour;
  hour.basis = basis;
  if (basis == Basis::kRented) hour.capital = number_of(inputs, &I::rent_per_hour);
  if (basis == Basis::kInterruptible) {
    hour.capital =
        number_of(inputs, &I::interruptible_per_hour) / (1.0 - number_of(inputs, &I::redone_share));
  }
  if (basis == Basis::kBought) {
    hour.capital = (number_of(inputs, &I::buy_price) - number_of(inputs, &I::resale)) /
                   (number_of(inputs, &I::buy_years) * kHoursPerYear);
    hour.always_paid = true;
  }
  hour.disk = number_of(inputs, &I::disk_per_hour);
  hour.network = number_of(inputs, &I::network_per_hour);
  const double kilowatt = number_of(inputs, &I::electricity) / 1000.0;  // money an hour of one watt
  const double idle = number_of(inputs, &I::watts_idle);
  hour.power_idle = idle * kilowatt;
  hour.power_above_idle = (std::max(inputs.watts_load.value_or(idle), idle) - idle) * kilowatt;
  hour.power_off = number_of(inputs, &I::watts_off) * kilowatt;
  return hour;
}

Section hourly_section(const CostInputs& inputs, Basis basis) {
  const HourlyCost hour = hourly_cost(inputs, basis);
  Section section{"hour", std::string("An hour of the machine, ") + basis_name(basis), {}, {}};
  section.lines = {
      {"machine_per_hour", hour.capital, "money/h", capital_formula(basis)},
      {"disk_per_hour", hour.disk, "money/h", "disk-per-hour"},
      {"network_per_hour", hour.network, "money/h", "network-per-hour"},
      {"power_idle_per_hour", hour.power_idle, "money/h", "watts-idle / 1000 * electricity"},
      {"power_above_idle_per_hour", hour.power_above_idle, "money/h",
       "(watts-load - watts-idle) / 1000 * electricity"},
      {"idle_per_hour", hour.idle(), "money/h",
       "machine_per_hour + disk_per_hour + network_per_hour + power_idle_per_hour"},
      {"load_per_hour", hour.load(), "money/h", "idle_per_hour + power_above_idle_per_hour"},
  };
  return section;
}

}  // namespace fovea::cost
