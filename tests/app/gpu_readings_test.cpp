#include "app/window/gpu_readings.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

class GpuReadingsTest : public testing::Test {
 protected:
  GpuReadingsTest() {
    fs::create_directories(proc_ / std::to_string(getpid()));
    fs::create_directories(proc_ / "self/task");
  }
  ~GpuReadingsTest() override { fs::remove_all(proc_); }

  fs::path proc_ = fs::temp_directory_path() / ("fovea-gpu-readings-" + std::to_string(getpid()));
  watch::Nvml nvml_{FOVEA_FAKE_NVML};
};

TEST_F(GpuReadingsTest, TellsOursFromOthers) {
  fs::create_directories(proc_ / "1");
  const auto gpus = read_gpus(nvml_, proc_);
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0].memory_ours, 300U) << "process 1 is another's";
  EXPECT_EQ(gpus[0].memory_used, 950U);
  EXPECT_EQ(gpus[0].load, 0.75);
  EXPECT_EQ(gpus[0].watts, 120.5);
  EXPECT_FALSE(gpus[1].load.has_value()) << "this card does not tell";
  EXPECT_FALSE(gpus[1].memory_ours.has_value()) << "one of its processes is without a figure";
}

TEST_F(GpuReadingsTest, DoesNotGuessWhereProcessesAreCountedOtherwise) {
  // Process 1 is not there: the driver's numbers are not this system's.
  EXPECT_FALSE(read_gpus(nvml_, proc_)[0].memory_ours.has_value());
}

TEST_F(GpuReadingsTest, IsEmptyWithoutADriver) {
  watch::Nvml none("no-such-library.so");
  EXPECT_TRUE(read_gpus(none, proc_).empty());
}

}  // namespace
}  // namespace fovea
