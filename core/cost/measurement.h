#pragma once

#include "core/cost/inputs.h"
#include "core/cost/queue_simulation.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::cost {

/// What a benchmark's JSON says of a model's speed.
struct Measurement {
  std::string label;  ///< the user's name for it, else the model's and its format
  std::string model;
  std::string format;  ///< compute type, "fp32"
  double prompt_tokens = 0.0;
  double answer_tokens = 0.0;
  std::optional<double> alone_tokens_per_second;
  std::optional<double> batched_tokens_per_second;  ///< the best of the batches
  int batch = 1;                                    ///< at so many at once
  double first_token_share = 0.0;                   ///< mean TTFT over mean time, of the best
  std::vector<ServicePoint> curve;                  ///< mean seconds of an answer, by answers at once
  std::vector<double> spread;                       ///< each time of the first point over its mean
};

/// Reads what `fovea bench batch --json` or `fovea bench decode --json` printed: parts with e2el_ms (time of
/// a request) and ttft_ms. Tokens a second are answer tokens over the whole time; of a batch the printed
/// output_tokens_per_s. Errors: kInvalidArgument, naming `file`.
Result<Measurement> read_measurement(std::string_view json, const std::string& file);

/// Sets in `inputs` what isn't set yet.
void apply(const Measurement& measurement, CostInputs& inputs);

/// The curve for the queue: the measurement's, its times by how much longer or shorter answer-tokens is;
/// without one, from the rates in `inputs`. Empty if nothing is known.
std::vector<ServicePoint> service_curve(const CostInputs& inputs, const Measurement* measurement);

}  // namespace fovea::cost
