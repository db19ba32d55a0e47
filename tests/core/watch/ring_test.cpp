#include "core/watch/monitor_ring.h"

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

class RingTest : public ::testing::Test {
 protected:
  RingTest() {
    std::string name = (fs::temp_directory_path() / "fovea-ring-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "deep" / "monitor.ring";
  }
  ~RingTest() override { fs::remove_all(folder_); }

  static MonitorRecord at(double time) {
    MonitorRecord record;
    record.time = time;
    record.values.fill(std::numeric_limits<double>::quiet_NaN());
    record[Gauge::kVram] = time / 2.0;
    return record;
  }
  void fill(int from, int to, std::uint32_t records = 10) const {
    auto ring = MonitorRing::open(file_, records);
    ASSERT_TRUE(ring) << ring.error().text();
    for (int i = from; i <= to; ++i) ASSERT_TRUE(ring->append(at(i)));
  }
  std::vector<double> times() const {
    std::vector<double> out;
    const auto records = MonitorRing::read(file_);
    if (!records) return {-1.0};
    for (const MonitorRecord& record : *records) out.push_back(record.time);
    return out;
  }

  fs::path folder_;
  fs::path file_;
};

TEST_F(RingTest, AFileMayStayAsLargeAsItIs) {
  fill(1, 8, 5);
  {
    auto ring = MonitorRing::open(file_, 1000, RingRoom::kAsItIs);
    ASSERT_TRUE(ring) << ring.error().text();
    EXPECT_EQ(ring->records(), 5U);
    ASSERT_TRUE(ring->append(at(9)));
  }
  EXPECT_EQ(times(), (std::vector<double>{5, 6, 7, 8, 9}));
  fs::remove(file_);
  auto fresh = MonitorRing::open(file_, 7, RingRoom::kAsItIs);
  ASSERT_TRUE(fresh) << fresh.error().text();
  EXPECT_EQ(fresh->records(), 7U);
}

TEST_F(RingTest, KeepsTheNewestInAFileOfFixedSize) {
  fill(1, 4);
  EXPECT_EQ(times(), (std::vector<double>{1, 2, 3, 4}));
  const auto size = fs::file_size(file_);
  fill(5, 23);
  EXPECT_EQ(times(), (std::vector<double>{14, 15, 16, 17, 18, 19, 20, 21, 22, 23}));
  EXPECT_EQ(fs::file_size(file_), size);
  const auto records = MonitorRing::read(file_);
  EXPECT_DOUBLE_EQ((*records)[9][Gauge::kVram], 11.5);
  EXPECT_TRUE(std::isnan((*records)[9][Gauge::kCpu]));
}

TEST_F(RingTest, HalfARecordIsLeftOutAndNothingElse) {
  fill(1, 10);
  const auto slot = (fs::file_size(file_) - 16) / 10;
  std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(16 + 4 * slot + slot / 2));  // the fifth
  file.write("torn", 4);
  file.close();
  EXPECT_EQ(times(), (std::vector<double>{1, 2, 3, 4, 6, 7, 8, 9, 10}));
  fill(11, 11);
  EXPECT_EQ(times().back(), 11.0);
  EXPECT_EQ(times().front(), 2.0);
}

TEST_F(RingTest, AFileThatWasCutOffKeepsWhatIsWhole) {
  fill(1, 10);
  fs::resize_file(file_, fs::file_size(file_) - 40);
  EXPECT_EQ(times().size(), 9U);
  fill(11, 12);
  EXPECT_EQ(times().back(), 12.0);
}

TEST_F(RingTest, WhatWasWrittenBeforeAKillIsThere) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto ring = MonitorRing::open(file_, 1000);
    for (int i = 1; ring; ++i) {
      if (!ring->append(at(i))) _exit(1);
      if (i == 200 && write(pipe_ends[1], "x", 1) != 1) _exit(1);
    }
    _exit(1);
  }
  char byte = 0;
  close(pipe_ends[1]);
  ASSERT_EQ(read(pipe_ends[0], &byte, 1), 1);
  close(pipe_ends[0]);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const auto seen = times();
  ASSERT_GE(seen.size(), 200U);
  for (std::size_t i = 1; i < seen.size(); ++i) ASSERT_EQ(seen[i], seen[i - 1] + 1.0);
  fill(1'000'000, 1'000'000, 1000);  // the lock went with the process
}

TEST_F(RingTest, OneWriterAtATime) {
  const auto ring = MonitorRing::open(file_, 10);
  ASSERT_TRUE(ring);
  const auto second = MonitorRing::open(file_, 10);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(MonitorRing::read(file_));
}

TEST_F(RingTest, AnotherSizeKeepsTheNewest) {
  fill(1, 10);
  fill(11, 11, 4);
  EXPECT_EQ(times(), (std::vector<double>{8, 9, 10, 11}));
  fill(12, 14, 20);
  EXPECT_EQ(times(), (std::vector<double>{8, 9, 10, 11, 12, 13, 14}));
}

TEST_F(RingTest, OverwritesNoFileOfAnother) {
  fs::create_directories(file_.parent_path());
  std::ofstream(file_) << "My diary, which is longer than a header.";
  EXPECT_EQ(MonitorRing::open(file_, 10).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MonitorRing::read(file_).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(fs::file_size(file_), 40U);
  EXPECT_EQ(MonitorRing::read(folder_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(MonitorRing::open(folder_ / "new", 0).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fovea::watch
