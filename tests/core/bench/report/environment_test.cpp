#include "core/bench/report/environment.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;

TEST(Environment, ReadsWhatTheSystemTells) {
  std::string name = (fs::temp_directory_path() / "fovea-env-XXXXXX").string();
  const fs::path root = mkdtemp(name.data());
  fs::create_directories(root / "proc");
  fs::create_directories(root / "sys/devices/system/cpu/cpu0/cpufreq");
  std::ofstream(root / "proc/cpuinfo") << "processor\t: 0\nmodel name\t: Chip 9000\ncpu MHz\t\t: 2445.400\n"
                                          "flags\t\t: fpu avx2 avx512_bf16 amx_tile hypervisor\n\n"
                                          "processor\t: 1\nmodel name\t: Other\n";
  std::ofstream(root / "proc/meminfo")
      << "MemTotal:       24000 kB\nMemFree: 1 kB\nMemAvailable:   20000 kB\n";
  std::ofstream(root / "proc/loadavg") << "0.75 0.50 0.25 1/200 999\n";
  std::ofstream(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") << "powersave\n";
  const Environment e = read_environment(root, FOVEA_FAKE_NVML);
  EXPECT_EQ(e.cpu, "Chip 9000");
  EXPECT_THAT(e.cpu_flags, ::testing::ElementsAre("avx2", "avx512_bf16", "amx_tile"));
  EXPECT_TRUE(e.virtual_machine);
  EXPECT_DOUBLE_EQ(e.clock_mhz, 2445.4);
  EXPECT_EQ(e.memory_bytes, 24000U * 1024U);
  EXPECT_EQ(e.free_bytes, 20000U * 1024U);
  EXPECT_DOUBLE_EQ(e.load_average, 0.75);
  EXPECT_EQ(e.governor, "powersave");
  ASSERT_EQ(e.gpus.size(), 2U);
  EXPECT_EQ(e.gpus[0], (EnvironmentGpu{"GPU 0", 1000, 1410.0, 1980.0}));
  EXPECT_EQ(e.gpu_driver, "580.65.06");
  fs::remove_all(root);
}

TEST(Environment, WhatIsNotToldStaysEmpty) {
  const Environment e = read_environment("/nowhere", "no-such-library.so");
  EXPECT_TRUE(e.cpu.empty());
  EXPECT_EQ(e.memory_bytes, 0U);
  EXPECT_GT(e.cores, 0);
  EXPECT_TRUE(e.gpus.empty());
  EXPECT_TRUE(e.gpu_driver.empty());
}

}  // namespace
}  // namespace fovea::bench
