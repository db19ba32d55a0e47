#pragma once

#include "core/bench/report/run_record.h"

#include <optional>

namespace fovea::bench {

/// Watts that a run saw; empty: the system did not tell them, or the run did not look.
struct MeasuredPower {
  std::optional<double> idle;  ///< with the model loaded and no question: of the state that is called so
  std::optional<double> load;  ///< while it answered: of the group that took most
  bool whole_machine = false;  ///< else of what tells its own: processors, memory, GPUs
};

/// What a settled run says of power, for costs: medians of what was sampled beside its groups. Where every
/// group was measured at the machine's own meter that counts alone, since it holds the others.
MeasuredPower measured_power(const RunRecord& record);

}  // namespace fovea::bench
