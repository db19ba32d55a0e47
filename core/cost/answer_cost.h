#pragma once

#include "core/cost/machine_cost.h"

namespace fovea::cost {

/// Seconds of machine time that an answer takes: answer tokens over tokens a second, batched where that was
/// measured and is wanted, else alone. Nothing if they are not known.
std::optional<double> busy_seconds(const CostInputs& inputs, bool batched);

/// What an answer, a page, a thousand answers and a million tokens cost while the machine does nothing but
/// answer; one answer at a time against batched. Empty of lines, with a note, where throughput is not known.
/// A million tokens out is also given with all of an answer's cost on them, as price lists of throughput do:
/// load_per_hour / (tokens a second * 3600) * 10^6.
Section answer_section(const CostInputs& inputs, Basis basis);

}  // namespace fovea::cost
