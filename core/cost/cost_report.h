#pragma once

#include "core/cost/elsewhere.h"
#include "core/cost/measurement.h"

#include <optional>
#include <vector>

namespace fovea::cost {

/// All that a report is made of beside the inputs.
struct CostQuestion {
  CostInputs inputs;                      ///< checked; what a measurement says is filled in by the report
  std::optional<Basis> basis;             ///< else the first of known_bases
  std::vector<Measurement> measurements;  ///< the first counts; the others are compared with it
  std::vector<ApiPrice> api_prices;
};

struct CostReport {
  CostInputs inputs;  ///< as they counted
  Basis basis = Basis::kOwned;
  std::vector<Section> sections;  ///< those with something to say
};

/// Computes everything that the inputs suffice for. Takes as long as the queue's simulation: about a second
/// at 100,000 samples. Errors: kInvalidArgument for inputs that are refused, or a basis without a price.
Result<CostReport> cost_report(const CostQuestion& question);

}  // namespace fovea::cost
