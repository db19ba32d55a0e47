#pragma once

#include "core/cost/answer_cost.h"

namespace fovea::cost {

/// When the machine is on in a month, and why.
struct Schedule {
  double month_hours = 0.0;
  double on_hours = 0.0;    ///< within the opening hours, less what idle unloading leaves out
  double busy_hours = 0.0;  ///< of those, answering
  double starts = 0.0;      ///< cold starts by unloading; the first of a day is not counted
  bool overloaded = false;  ///< more questions than it can answer; busy_hours is then on_hours
};

/// `unload`: with idle-unload. Questions come at random (Poisson) over the opening hours, so that with a load
/// rho = lambda * busy_seconds and unloading after T seconds a share (1 - rho) * exp(-lambda * T) of the time
/// is off (the idle periods of M/G/1 are exponential), and a start comes lambda * (1 - rho) * exp(-lambda *
/// T) times a second, each of which holds the machine for the cold start.
Schedule schedule_of(const CostInputs& inputs, bool unload);

/// A month's bill, part by part; sums are what `total` says.
struct MonthlyBill {
  double serving = 0.0;           ///< the hours in which it answers, at idle power
  double idle = 0.0;              ///< on without a question
  double power_above_idle = 0.0;  ///< electricity that answering takes more
  double off = 0.0;               ///< a bought machine's hours off, and their power
  double disk = 0.0;

  double total() const { return serving + idle + power_above_idle + off + disk; }
};

MonthlyBill monthly_bill(const HourlyCost& hour, const Schedule& schedule);

/// The bill split into serving, idle, power above idle; always on against the opening hours against idle
/// unloading; what an answer costs then.
Section month_section(const CostInputs& inputs, Basis basis);

/// One line for each way of having the machine whose price is set; empty with fewer than two.
Section ways_section(const CostInputs& inputs);

/// Opening hours of a month.
double open_hours(const CostInputs& inputs);
double open_days(const CostInputs& inputs);

}  // namespace fovea::cost
