#pragma once

#include "core/cost/inputs.h"
#include "core/cost/report.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea::cost {

/// How one has a machine.
enum class Basis { kRented, kInterruptible, kBought, kOwned };
inline constexpr double kHoursPerYear = 8760.0;

const char* basis_name(Basis basis);  ///< "rented", "interruptible", "bought", "owned"

/// Those whose price is set; kOwned (electricity alone) where none is.
std::vector<Basis> known_bases(const CostInputs& inputs);

/// What an hour of a machine costs, part by part.
struct HourlyCost {
  Basis basis = Basis::kOwned;
  double capital = 0.0;         ///< rent, or the purchase spread over its years
  bool always_paid = false;     ///< capital counts for hours in which it is off too (bought)
  double disk = 0.0;            ///< on or off
  double network = 0.0;         ///< while on
  double power_idle = 0.0;      ///< while on
  double power_above_idle = 0;  ///< while it answers, in addition
  double power_off = 0.0;       ///< while off

  double idle() const { return capital + disk + network + power_idle; }
  double load() const { return idle() + power_above_idle; }
  double off() const { return (always_paid ? capital : 0.0) + disk + power_off; }
};

/// `basis` must be one of known_bases.
HourlyCost hourly_cost(const CostInputs& inputs, Basis basis);

/// The hour's parts as lines.
Section hourly_section(const CostInputs& inputs, Basis basis);

}  // namespace fovea::cost
