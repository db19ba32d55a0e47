#include "core/bench/long/long_run.h"
#include "core/bench/trend.h"
#include "tests/core/bench/answering_engine.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

/// Windows of ten requests whose time for each token is as given, with a little noise.
RunRecord windows(const std::vector<double>& milliseconds) {
  RunRecord record;
  record.name = kLongRun;
  for (std::size_t window = 0; window < milliseconds.size(); ++window) {
    const std::string label = "window " + std::to_string(window + 1);
    record.group(label, static_cast<double>(window));
    for (int i = 0; i < 10; ++i) {
      RequestRecord request;
      request.group = label;
      request.metrics = took(1e-3 * (milliseconds[window] + 0.1 * (i % 3)) * 5);
      record.requests.push_back(std::move(request));
    }
  }
  settle(record);
  return record;
}

TEST(LongTest, ADriftIsNamedWhereItIsShown) {
  RunRecord record = windows({20.0, 21.0, 26.0});
  conclude_long(record);
  EXPECT_THAT(record.findings, Contains(HasSubstr("Time for each token drifted: +29.")));
  ASSERT_EQ(record.tables.size(), 1U);
  EXPECT_EQ(record.tables[0].rows.size(), 3U);
}

TEST(LongTest, NoiseIsNoDrift) {
  RunRecord record = windows({20.0, 26.0, 20.0});
  conclude_long(record);
  EXPECT_THAT(record.findings, Contains(HasSubstr("Time for each token: no drift shown")));
  EXPECT_THAT(record.findings, Contains(HasSubstr("does not tell whether")));
}

/// The findings on memory that was so many megabytes in the middle of windows of ten minutes.
std::vector<std::string> findings_of(const std::vector<double>& megabytes) {
  RunRecord record = windows(std::vector<double>(megabytes.size(), 20.0));
  for (std::size_t i = 0; i < megabytes.size(); ++i) {
    record.groups[i].x = 10.0 * static_cast<double>(i) + 5.0;
    record.groups[i].sampled.push_back(
        {"memory_mb", "MB", "made up", Better::kLower, std::vector<double>(20, megabytes[i])});
  }
  settle(record);
  conclude_long(record);
  return record.findings;
}

TEST(LongTest, MemoryThatGrowsInEveryWindowIsNamedWithItsRate) {
  EXPECT_THAT(findings_of({500, 502, 504, 505, 508, 510}),
              Contains(HasSubstr("Memory grew steadily: 12.0 MB an hour over 6 windows")));
  EXPECT_THAT(findings_of({510, 508, 505, 504, 502, 500}),
              Contains(HasSubstr("Memory shrank steadily: 12.0 MB")));
}

TEST(LongTest, MemoryThatWasFilledOnceDoesNotGrow) {
  EXPECT_THAT(findings_of({400, 500, 500, 499, 500, 500}), Contains(HasSubstr("Memory growth: none shown")));
  EXPECT_THAT(findings_of({500, 502, 504}), Contains(HasSubstr("six windows or more")));
}

TEST(TrendTest, ExactAndNormalChancesAreThoseOfTheTables) {
  const std::vector<double> times = {1, 2, 3, 4, 5, 6};
  const Trend rising = trend_of(times, times);
  EXPECT_DOUBLE_EQ(rising.slope, 1.0);
  EXPECT_NEAR(rising.p, 2.0 / 720.0, 1e-12);
  // One pair out of order: 1 + 5 orders of 720 are as steady.
  EXPECT_NEAR(trend_of(times, std::vector<double>{1, 2, 3, 4, 6, 5}).p, 2.0 * 6.0 / 720.0, 1e-12);
  EXPECT_DOUBLE_EQ(trend_of(times, std::vector<double>{1, 1, 1, 1, 1, 1}).p, 1.0);
  // A single outlier leaves the slope as it is.
  EXPECT_NEAR(trend_of(times, std::vector<double>{1, 2, 3, 400, 5, 6}).slope, 1.0, 1e-12);
  // Where exact and normal meet they agree.
  std::vector<double> long_times;
  std::vector<double> zigzag;
  for (int i = 0; i < 30; ++i) {
    long_times.push_back(i);
    zigzag.push_back(i % 3 == 0 ? 10.0 - i / 3 : i);
  }
  const double exact = trend_of(long_times, zigzag).p;
  long_times.push_back(30.0);
  zigzag.push_back(0.0);
  EXPECT_NEAR(trend_of(long_times, zigzag).p, exact, 0.1);
  EXPECT_DOUBLE_EQ(trend_of(std::vector<double>{1, 2}, std::vector<double>{1, 2}).p, 1.0);
}

TEST(LongTest, ThrottlingIsNamedWithItsWindow) {
  RunRecord record = windows({20.0, 20.0});
  record.groups[1].sampled.push_back({"throttle_events", "", "made up", Better::kLower, {3.0}});
  settle(record);
  conclude_long(record);
  EXPECT_THAT(record.findings, Contains("The processor was slowed for heat in window 2 (3 times)."));
  record.groups[1].sampled.back().values = {0.0};
  settle(record);
  conclude_long(record);
  EXPECT_THAT(record.findings, Contains("The processor was not slowed for heat."));
}

TEST(LongTest, RequestsStandInTheirWindows) {
  AnsweringEngine engine([](const GenerationRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return AnsweringEngine::Reply{"x", took(0.005), {}};
  });
  RequestPlan asked;
  asked.width = asked.height = 8;
  RequestSource source = *RequestSource::create(engine, asked);
  RunRecord begun;
  begun.name = kLongRun;
  RunRecorder recorder(begun);
  double events = 4.0;
  LongPlan plan;
  plan.seconds = 0.3;
  plan.windows = 2;
  run_long(engine, plan, source,
           [&] {
             ThermalLook look;
             look.celsius = 50.0;
             look.throttle_events = events;
             events += 1.0;
             return look;
           },
           recorder, {}, {});
  recorder.finish(false);
  const RunRecord& record = recorder.record();
  ASSERT_EQ(record.groups.size(), 2U);
  EXPECT_EQ(record.parts.size(), 2U);
  for (const GroupRecord& group : record.groups) {
    EXPECT_GT(group.requests, 0) << group.label;
    const auto figure = [&](const std::string& name) {
      for (const RunFigure& one : group.figures) {
        if (one.name == name) return one.value();
      }
      return -1.0;
    };
    EXPECT_EQ(figure("celsius"), 50.0);
    EXPECT_EQ(figure("throttle_events"), static_cast<double>(group.requests) + 1.0);
    EXPECT_EQ(figure("clock_mhz"), -1.0) << "what isn't told isn't shown";
  }
}

class ThermalTest : public ::testing::Test {
 protected:
  ThermalTest() {
    std::string name = (fs::temp_directory_path() / "fovea-thermal-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(root_); }
  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text << "\n";
  }
  fs::path root_;
};

TEST_F(ThermalTest, ReadsSensorsClocksAndCounters) {
  write("sys/class/hwmon/hwmon0/name", "nvme");
  write("sys/class/hwmon/hwmon0/temp1_input", "90000");
  write("sys/class/hwmon/hwmon1/name", "coretemp");
  write("sys/class/hwmon/hwmon1/temp1_input", "61000");
  write("sys/class/hwmon/hwmon1/temp2_input", "64500");
  write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2000000");
  write("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3000000");
  write("sys/devices/system/cpu/cpufreq/scaling_cur_freq", "9000000");
  write("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "2");
  write("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "5");
  const ThermalLook look = read_thermal(root_);
  EXPECT_DOUBLE_EQ(look.celsius, 64.5) << "a disk's sensor is none of the processor's";
  EXPECT_DOUBLE_EQ(look.clock_mhz, 2500.0);
  EXPECT_DOUBLE_EQ(look.throttle_events, 7.0);
}

TEST_F(ThermalTest, WhatIsNotToldIsBelowZero) {
  const ThermalLook nothing = read_thermal(root_);
  EXPECT_LT(nothing.celsius, 0.0);
  EXPECT_LT(nothing.clock_mhz, 0.0);
  EXPECT_LT(nothing.throttle_events, 0.0);
  write("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp");
  write("sys/class/thermal/thermal_zone0/temp", "48000");
  write("proc/cpuinfo", "cpu MHz\t\t: 2400.5\ncpu MHz : x");
  EXPECT_DOUBLE_EQ(read_thermal(root_).celsius, 48.0);
  EXPECT_DOUBLE_EQ(read_thermal(root_).clock_mhz, 2400.5);
}

}  // namespace
}  // namespace fovea::bench
