#pragma once

#include "core/cost/service_point.h"

#include <optional>
#include <vector>

namespace fovea::cost {

/// Questions that were asked at the same moment of a machine that did nothing else, and what came.
struct Burst {
  int at_once = 1;
  double seconds = 0.0;           ///< mean, to the last token
  double first = 0.0;             ///< mean, to the first token
  std::optional<double> begun;    ///< until the last of them has its first token
  std::optional<double> writing;  ///< from the first to the last token of an answer while no prompt is read
  std::optional<double> beside;   ///< the same if prompts had been read all along
};

/// Prompts and answers told apart, where every burst has what that takes: prompts are read one after the
/// other, each beside the answers of those before it; from the first of them on they take longer by the same
/// for each (a line through the bursts of more than one). A prompt holds up each token that is written
/// meanwhile by the same, the mean of what the bursts say; where one doesn't, answers are written just so
/// fast that the simulated burst takes as long as the measured one. Else the seconds alone. `bursts` ascend
/// by at_once.
std::vector<ServicePoint> points_of(const std::vector<Burst>& bursts);

}  // namespace fovea::cost
