#pragma once

#include <string>
#include <vector>

namespace fovea::bench {

/// Four to eight round numbers from 0 to `end` or just beyond: steps of 1, 2 or 5 times a power of ten. {0,
/// 1} where `end` is not above 0.
std::vector<double> round_ticks(double end);

/// "1500", "0.25": as many digits as the step between ticks wants.
std::string tick_text(double value, double step);

}  // namespace fovea::bench
