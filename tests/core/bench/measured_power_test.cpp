#include "core/bench/measured_power.h"

#include <utility>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

void saw(RunRecord& record, const std::string& label, const std::string& figure, std::vector<double> watts) {
  RunFigure sampled{figure, "W", "", Better::kLower, std::move(watts)};
  record.group(label).sampled.push_back(std::move(sampled));
}

/// A run of states: idle, and one in which a request was answered.
RunRecord states() {
  RunRecord record;
  record.name = "states";
  record.group("idle");
  record.group("one person");
  RequestRecord request;
  request.group = "one person";
  request.metrics.token_times = {0.1, 0.2};
  request.metrics.completion_tokens = 2;
  record.requests.push_back(request);
  return record;
}

TEST(MeasuredPower, IsUnknownWhereTheSystemDoesNotTell) {
  RunRecord record = states();
  saw(record, "idle", "memory_mb", {100.0});
  settle(record);
  const MeasuredPower power = measured_power(record);
  EXPECT_FALSE(power.idle || power.load);
}

TEST(MeasuredPower, AddsThePartsThatTellTheirOwn) {
  RunRecord record = states();
  saw(record, "idle", "watts", {9.0, 10.0, 30.0});
  saw(record, "idle", "gpu_watts", {20.0});
  saw(record, "one person", "watts", {50.0});
  saw(record, "one person", "memory_watts", {5.0});
  saw(record, "one person", "machine_watts", {200.0});
  settle(record);
  const MeasuredPower power = measured_power(record);
  EXPECT_DOUBLE_EQ(power.idle.value_or(0.0), 30.0) << "medians";
  EXPECT_DOUBLE_EQ(power.load.value_or(0.0), 55.0)
      << "the meter did not tell of idling, so it is not compared";
  EXPECT_FALSE(power.whole_machine);
}

TEST(MeasuredPower, TakesTheMachinesMeterAlone) {
  RunRecord record = states();
  for (const auto& [label, watts] : {std::pair("idle", 40.0), std::pair("one person", 90.0)}) {
    saw(record, label, "watts", {watts / 2.0});
    saw(record, label, "machine_watts", {watts});
  }
  settle(record);
  const MeasuredPower power = measured_power(record);
  EXPECT_DOUBLE_EQ(power.idle.value_or(0.0), 40.0);
  EXPECT_DOUBLE_EQ(power.load.value_or(0.0), 90.0);
  EXPECT_TRUE(power.whole_machine);
}

}  // namespace
}  // namespace fovea::bench
