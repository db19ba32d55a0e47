#include "core/bench/load/arrivals.h"

#include <cmath>

namespace fovea::bench {

double PoissonArrivals::next() {
  const double u = static_cast<double>(random_() >> 11) * 0x1p-53;
  time_ -= std::log1p(-u) / rate_;
  return time_;
}

}  // namespace fovea::bench
