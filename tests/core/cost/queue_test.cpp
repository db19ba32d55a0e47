#include "core/cost/erlang_c.h"
#include "core/cost/queue_simulation.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fovea::cost {
namespace {

struct Known {
  int servers;
  double rate;
  double service;
  double waits;
  double mean_wait;
  double p99;
};

// Expected: from the stationary distribution of the birth-and-death process, its waits being gamma
// distributed, integrated and solved with scipy 1.17.1 (not from Erlang's formula).
constexpr Known kKnown[] = {{1, 0.5, 1.0, 0.5, 1.0, 9.210340371976182},
                            {2, 1.5, 1.0, 0.6428571428571429, 1.2857142857142856, 9.709503441786982},
                            {5, 4.0, 1.0, 0.5541125541125541, 0.5541125541125538, 6.079662524508265},
                            {10, 17.0, 0.5, 0.529861305115903, 0.1766204350386341, 2.6452677778053433}};

TEST(ErlangC, EqualsTheBirthAndDeathProcess) {
  for (const Known& known : kKnown) {
    EXPECT_NEAR(erlang_c(known.servers, known.rate, known.service), known.waits, 1e-9);
    EXPECT_NEAR(mmc_mean_wait(known.servers, known.rate, known.service), known.mean_wait, 1e-9);
    EXPECT_NEAR(mmc_response_percentile(known.servers, known.rate, known.service, 0.99), known.p99, 1e-6);
  }
}

TEST(ErlangC, BeyondItsCapacityItNeverEnds) {
  EXPECT_EQ(erlang_c(2, 2.0, 1.0), 1.0);
  EXPECT_TRUE(std::isinf(mmc_mean_wait(2, 3.0, 1.0)));
  EXPECT_TRUE(std::isinf(mmc_response_percentile(2, 2.0, 1.0, 0.99)));
}

QueueModel exponential(const Known& known) {
  QueueModel model;
  model.rate = known.rate;
  model.machines = known.servers;
  model.curve = {{1, known.service}};
  model.exponential = true;
  model.samples = 1'000'000;
  return model;
}

TEST(Simulation, EqualsErlangC) {
  for (const Known& known : kKnown) {
    const auto result = simulate(exponential(known));
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->waited_share, known.waits, 0.02 * known.waits) << known.servers;
    EXPECT_NEAR(result->mean_wait, known.mean_wait, 0.05 * known.mean_wait) << known.servers;
    EXPECT_NEAR(result->mean, known.mean_wait + known.service, 0.04 * result->mean) << known.servers;
    EXPECT_NEAR(result->p99, known.p99, 0.05 * known.p99) << known.servers;
    EXPECT_NEAR(result->busy, known.rate * known.service / known.servers, 0.01) << known.servers;
  }
}

// M/D/1: the mean wait is half of M/M/1's (Pollaczek and Khinchine).
TEST(Simulation, EqualTimesWaitHalfAsLong) {
  QueueModel model = exponential(kKnown[0]);
  model.exponential = false;
  const auto result = simulate(model);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->mean_wait, 0.5, 0.02);
}

// Pollaczek and Khinchine again, with measured times: the wait is rate * E[S^2] / (2 (1 - load)).
TEST(Simulation, DrawsFromTheMeasuredTimes) {
  QueueModel model = exponential(kKnown[0]);
  model.exponential = false;
  model.spread = {0.25, 0.25, 0.5, 3.0};
  const double squares = (0.0625 + 0.0625 + 0.25 + 9.0) / 4.0;
  const auto result = simulate(model);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->mean_wait, 0.5 * squares / (2.0 * 0.5), 0.06);
}

TEST(Simulation, TheSpreadOfLengthsHasItsDeviation) {
  QueueModel model = exponential(kKnown[0]);
  model.exponential = false;
  model.deviation = 1.0;
  const auto result = simulate(model);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->mean_wait, 0.5 * 2.0 / (2.0 * 0.5), 0.12);
}

// A machine that shares itself evenly: M/G/1-PS, whose mean time is service / (1 - load) whatever the spread.
TEST(Simulation, SharedMachineEqualsProcessorSharing) {
  QueueModel model = exponential(kKnown[0]);
  model.curve = {{1, 1.0}, {200, 200.0}};
  const auto result = simulate(model);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->mean, 2.0, 0.06);
  EXPECT_EQ(result->waited_share, 0.0);
  model.exponential = false;
  model.spread = {0.2, 0.2, 0.2, 3.4};
  EXPECT_NEAR(simulate(model)->mean, 2.0, 0.08);
}

TEST(Simulation, FollowsItsSeed) {
  QueueModel model = exponential(kKnown[1]);
  model.samples = 5'000;
  const double first = simulate(model)->p99;
  EXPECT_EQ(simulate(model)->p99, first);
  model.seed = 2;
  EXPECT_NE(simulate(model)->p99, first);
}

TEST(MachinesNeeded, IsTheSmallestThatErlangCAllows) {
  QueueModel model = exponential({0, 20.0, 1.0, 0, 0, 0});
  model.samples = 300'000;
  const double limit = 5.2;
  int expected = 21;
  while (mmc_response_percentile(expected, model.rate, 1.0, 0.99) > limit) ++expected;
  const auto needed = machines_needed(model, limit, 1000);
  ASSERT_TRUE(needed) << needed.error().text();
  EXPECT_EQ(needed->machines, expected);
  EXPECT_LE(needed->result.p99, limit);
}

TEST(MachinesNeeded, SaysWhenNoNumberDoes) {
  QueueModel model;
  model.rate = 3.0;
  model.curve = {{1, 2.0}, {4, 3.0}};
  model.samples = 5'000;
  EXPECT_EQ(machines_needed(model, 1.9, 100).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(machines_needed(model, 4.0, 2).error().code, ErrorCode::kTooLarge);
  ASSERT_TRUE(machines_needed(model, 4.0, 100));
  EXPECT_GE(machines_needed(model, 4.0, 100)->machines, 3);
}

TEST(Simulation, RefusesWhatIsNoQueue) {
  QueueModel model;
  model.curve = {{1, 1.0}};
  EXPECT_FALSE(simulate(model));  // no rate
  model.rate = 1.0;
  model.curve = {{4, 1.0}, {2, 1.0}};
  EXPECT_FALSE(simulate(model));
  model.curve = {{1, 0.0}};
  EXPECT_FALSE(simulate(model));
  model.curve.clear();
  EXPECT_FALSE(simulate(model));
}

TEST(ServiceSeconds, IsLinearBetweenThePoints) {
  const std::vector<ServicePoint> curve = {{1, 1.0}, {4, 2.5}, {8, 3.0}};
  EXPECT_DOUBLE_EQ(service_seconds(curve, 2.0), 1.5);
  EXPECT_DOUBLE_EQ(service_seconds(curve, 6.0), 2.75);
  EXPECT_DOUBLE_EQ(service_seconds(curve, 20.0), 3.0);
  EXPECT_DOUBLE_EQ(machine_capacity(curve), 8.0 / 3.0);
}

}  // namespace
}  // namespace fovea::cost
