#include "core/device/memory_group.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

class MemoryGroup : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "fovea-groups-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  void group(const fs::path& folder, const std::string& limit, const std::string& used,
             const std::string& stat = "") const {
    write(folder / "memory.max", limit);
    write(folder / "memory.current", used);
    write(folder / "memory.stat", stat);
  }

  fs::path root_;
};

TEST_F(MemoryGroup, TheTightestOfAllAboveCounts) {
  write("proc/self/cgroup", "0::/a/b\n");
  group("sys/fs/cgroup/a", "5000", "1000");
  group("sys/fs/cgroup/a/b", "9000", "1000");
  EXPECT_EQ(memory_group_left(root_), 4000U);
  group("sys/fs/cgroup/a/b", "3000", "1000");
  EXPECT_EQ(memory_group_left(root_), 2000U);
}

TEST_F(MemoryGroup, PageCacheThatCanGoIsNotUsed) {
  write("proc/self/cgroup", "0::/a\n");
  group("sys/fs/cgroup/a", "5000", "4000", "anon 1000\ninactive_file 3000\n");
  EXPECT_EQ(memory_group_left(root_), 4000U);
}

TEST_F(MemoryGroup, InAContainerTheMountIsTheGroup) {
  write("proc/self/cgroup", "0::/../elsewhere\n");
  group("sys/fs/cgroup", "5000", "1000");
  EXPECT_EQ(memory_group_left(root_), 4000U);
}

TEST_F(MemoryGroup, WithoutALimitThereIsNone) {
  EXPECT_FALSE(memory_group_left(root_));
  write("proc/self/cgroup", "0::/a\n");
  group("sys/fs/cgroup/a", "max", "1000");
  EXPECT_FALSE(memory_group_left(root_));
}

TEST_F(MemoryGroup, VersionOneIsReadWhereItIsUsed) {
  write("proc/self/cgroup", "4:cpu,cpuacct:/a\n7:hugetlb,memory:/a\n");
  write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "5000");
  write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1500");
  write("sys/fs/cgroup/memory/a/memory.stat", "total_inactive_file 500\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "1500");
  EXPECT_EQ(memory_group_left(root_), 4000U);
}

}  // namespace
}  // namespace fovea
