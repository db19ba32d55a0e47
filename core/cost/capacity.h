#pragma once

#include "core/cost/measurement.h"
#include "core/cost/month_cost.h"

namespace fovea::cost {

/// The largest group of machines that is simulated as one queue; beyond it a plan is made of such groups.
inline constexpr int kLargestCell = 64;
inline constexpr int kMostMachines = 4096;  ///< of one queue, where the user asks for a rate

/// How many machines `rate` questions a second take at `p99-seconds`, by simulation. Empty without a rate.
/// `curve` and `spread` as of service_curve and Measurement.
Section machines_section(const CostInputs& inputs, Basis basis, const std::vector<ServicePoint>& curve,
                         const std::vector<double>& spread);

/// A service for `users` on paper: rates, machines, power, traffic, money. Empty without users. What it
/// assumes stands in the notes.
Section plan_section(const CostInputs& inputs, Basis basis, const std::vector<ServicePoint>& curve,
                     const std::vector<double>& spread);

}  // namespace fovea::cost
