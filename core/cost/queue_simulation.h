#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::cost {

/// How long an answer takes when so many are written at once on one machine, as measured.
struct ServicePoint {
  int at_once = 1;
  double seconds = 0.0;  ///< mean, of one answer, without waiting
};

/// The seconds of an answer among `at_once`: linear between the points, as the nearest beyond them.
/// `points` ascend by at_once and are not empty.
double service_seconds(const std::vector<ServicePoint>& points, double at_once);

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
  double deviation = 0.0;    ///< of a lognormal factor of mean 1 beside it
  std::int64_t samples = 100'000;
  std::uint64_t seed = 1;
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

/// The rate that one machine could at most keep up with: at_once / seconds, the best of its points.
double machine_capacity(const std::vector<ServicePoint>& curve);

/// The smallest number of machines that keeps p99 within `limit` seconds, and what was simulated there.
/// Errors: kUnsupported where no number does (an answer alone takes longer already), kTooLarge above `most`.
struct MachinesNeeded {
  int machines = 0;
  QueueResult result;
};
Result<MachinesNeeded> machines_needed(QueueModel model, double limit, int most);

}  // namespace fovea::cost
