#pragma once

#include "core/api/error.h"
#include "core/cost/service_point.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::cost {

/// What is simulated: questions at random moments, one queue, identical machines that write several answers
/// at once, each the slower for it (processor sharing by the measured curve). With one point at 1 it is
/// M/G/c.
struct QueueModel {
  double rate = 0.0;  ///< questions a second of all machines together
  int machines = 1;
  std::vector<ServicePoint> curve;  ///< the last one's at_once is the most that a machine takes
  /// An answer's work over the mean's, drawn from these evenly (measured values over their mean); empty: 1.
  std::vector<double> spread;
  bool exponential = false;  ///< instead of `spread`: exponential work, for comparison with M/M/c
  double deviation = 0.0;    ///< of a lognormal factor of mean 1 beside it, on what is written
  std::int64_t samples = 100'000;
  std::uint64_t seed = 1;
  /// Not empty: questions come at these seconds, ascending, instead of at random moments; `rate` and
  /// `samples` count for nothing, and no question is left out of the result.
  std::vector<double> arrivals;
};

/// Of the questions after the first tenth, which fills the machines. Seconds.
struct QueueResult {
  double mean_wait = 0.0;     ///< in the queue
  double waited_share = 0.0;  ///< of those that waited at all
  double mean = 0.0;          ///< wait and answer
  double median = 0.0;
  double p90 = 0.0;
  double p99 = 0.0;
  double busy = 0.0;  ///< share of the places for answers that was taken, in the mean
};

/// Runs it; the same seed gives the same result. Errors: kInvalidArgument for what cannot be simulated.
Result<QueueResult> simulate(const QueueModel& model);

/// The smallest number of machines that keeps p99 within `limit` seconds, and what was simulated there.
/// Errors: kUnsupported where no number does (an answer alone takes longer already), kTooLarge above `most`.
struct MachinesNeeded {
  int machines = 0;
  QueueResult result;
};
Result<MachinesNeeded> machines_needed(QueueModel model, double limit, int most);

}  // namespace fovea::cost
