#include "core/hub/memory_probe.h"

#include "tests/core/hub/fake_model.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing_support::write_file;

constexpr std::uint64_t kMiB = 1ULL << 20;

class MemoryProbeTest : public testing::Test {
 protected:
  MemoryProbeTest() {
    write("proc/meminfo",
          "MemTotal:       16384000 kB\nMemFree:         1024000 kB\nMemAvailable:    8192000 kB\n");
  }
  void write(const std::string& file, const std::string& text) const {
    write_file(folder_.path() / file, text);
  }
  AvailableMemory probe() const { return probe_memory(folder_.path()).value(); }

  testing_support::TemporaryFolder folder_;
};

TEST_F(MemoryProbeTest, WithoutLimitsTheMachineCounts) {
  write("proc/self/cgroup", "0::/user.slice\n");
  write("sys/fs/cgroup/user.slice/memory.max", "max\n");
  write("sys/fs/cgroup/user.slice/memory.current", "1000\n");
  const AvailableMemory memory = probe();
  EXPECT_EQ(memory.total_bytes, 16'384'000'000ULL / 1000 * 1024);
  EXPECT_EQ(memory.free_bytes, 8'192'000ULL * 1024);
  EXPECT_FALSE(memory.limited);
}

TEST_F(MemoryProbeTest, Version2TakesTheTightestGroupAbove) {
  write("proc/self/cgroup", "0::/a/b/c\n");
  write("sys/fs/cgroup/a/memory.max", std::to_string(2000 * kMiB));
  write("sys/fs/cgroup/a/memory.current", std::to_string(1500 * kMiB));
  write("sys/fs/cgroup/a/memory.stat",
        "anon 5\ninactive_file " + std::to_string(700 * kMiB) + "\nactive_file 3\n");
  write("sys/fs/cgroup/a/b/c/memory.max", std::to_string(4000 * kMiB));
  write("sys/fs/cgroup/a/b/c/memory.current", std::to_string(100 * kMiB));
  const AvailableMemory memory = probe();
  EXPECT_EQ(memory.total_bytes, 2000 * kMiB);
  EXPECT_EQ(memory.free_bytes, 1200 * kMiB);
  EXPECT_TRUE(memory.limited);
}

TEST_F(MemoryProbeTest, ALimitGivesNoMoreThanTheMachineHas) {
  write("proc/self/cgroup", "0::/a\n");
  write("sys/fs/cgroup/a/memory.max", std::to_string(12'000 * kMiB));
  write("sys/fs/cgroup/a/memory.current", "0");
  EXPECT_EQ(probe().free_bytes, 8'192'000ULL * 1024);
  EXPECT_EQ(probe().total_bytes, 12'000 * kMiB);
}

TEST_F(MemoryProbeTest, Version1AndItsNumberForNoLimit) {
  write("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "5000");
  EXPECT_FALSE(probe().limited);
  // In a container the group is the mount's root; its path does not exist below it.
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", std::to_string(1000 * kMiB));
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", std::to_string(400 * kMiB));
  write("sys/fs/cgroup/memory/memory.stat",
        "inactive_file 7\ntotal_inactive_file " + std::to_string(100 * kMiB) + "\n");
  EXPECT_EQ(probe().free_bytes, 700 * kMiB);
  EXPECT_EQ(probe().total_bytes, 1000 * kMiB);
  // And outside the group's own folder counts too.
  write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", std::to_string(500 * kMiB));
  write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", std::to_string(600 * kMiB));
  EXPECT_EQ(probe().free_bytes, 0U);
}

TEST_F(MemoryProbeTest, OddFilesDoNoHarm) {
  write("proc/self/cgroup", "nonsense\n0:\n0::/../../etc\n1:memory:\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "-1\n");
  EXPECT_FALSE(probe().limited);
  write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 10 kB\n");
  EXPECT_EQ(probe().free_bytes, 10240U);
  write("proc/meminfo", "");
  EXPECT_EQ(probe_memory(folder_.path()).error().code, ErrorCode::kUnsupported);
}

TEST(MemoryProbe, ReadsThisMachine) {
  const AvailableMemory memory = probe_memory().value();
  EXPECT_GT(memory.total_bytes, 256 * kMiB);
  EXPECT_GT(memory.free_bytes, 0U);
  EXPECT_LE(memory.free_bytes, memory.total_bytes);
}

}  // namespace
}  // namespace fovea
