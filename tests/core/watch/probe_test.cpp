#include "core/watch/energy_probe.h"
#include "core/watch/machine_probe.h"
#include "core/watch/monitor_record.h"
#include "core/watch/nvml.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

/// A /proc of a test's own.
class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest() {
    std::string name = (fs::temp_directory_path() / "fovea-watch-XXXXXX").string();
    root_ = mkdtemp(name.data());
    write("proc/meminfo", "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  400 kB\n");
    write("proc/loadavg", "1.25 0.50 0.25 1/99 4242\n");
    write("proc/uptime", "1000.00 3000.00\n");
  }
  ~ProbeTest() override { fs::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file, std::ios::binary) << text;
  }
  /// A process: `cpu` in clock ticks, `rss` in pages.
  void process(int pid, const std::string& name, int cpu, int rss, const std::string& command) const {
    const std::string folder = "proc/" + std::to_string(pid);
    write(folder + "/stat", std::to_string(pid) + " (" + name + ") S 1 1 1 0 -1 0 0 0 0 0 " +
                                std::to_string(cpu) + " 0 0 0 20 0 7 0 " +
                                std::to_string(900 * sysconf(_SC_CLK_TCK)) + " 0 " + std::to_string(rss) +
                                " 0\n");
    write(folder + "/cmdline", command);
  }

  fs::path root_;
};

TEST_F(ProbeTest, RatesAreThoseSinceTheLookBefore) {
  write("proc/stat", "cpu 100 0 100 700 100 0 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n");
  write("proc/diskstats",
        " 8 0 sda 1 0 100 0 1 0 200 0\n 8 1 sda1 1 0 9999 0 1 0 9999 0\n 259 0 nvme0n1 1 0 10 0 1 0 10 0\n"
        " 259 1 nvme0n1p1 1 0 9999 0 1 0 9999 0\n 7 0 loop0 1 0 9999 0 1 0 9999 0\n");
  MachineProbe probe(root_);
  const MachineUse first = probe.look(1000.0);
  EXPECT_LT(first.cpu, 0.0);
  EXPECT_LT(first.disk_read, 0.0);
  EXPECT_EQ(first.cores, 2);
  EXPECT_EQ(first.memory_total, 1'024'000U);
  EXPECT_EQ(first.memory_used, 600U * 1024U);
  EXPECT_DOUBLE_EQ(first.load, 1.25);
  write("proc/stat", "cpu 150 0 125 725 200 0 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\n");
  write("proc/diskstats", " 8 0 sda 1 0 140 0 1 0 220 0\n 259 0 nvme0n1 1 0 20 0 1 0 10 0\n");
  const MachineUse second = probe.look(1002.0);
  EXPECT_DOUBLE_EQ(second.cpu, 75.0 / 200.0);
  EXPECT_DOUBLE_EQ(second.disk_read, 50.0 * 512.0 / 2.0);
  EXPECT_DOUBLE_EQ(second.disk_write, 20.0 * 512.0 / 2.0);
  EXPECT_GT(second.disk_total, second.disk_used);
}

TEST_F(ProbeTest, FindsItsOwnProcessesAndTheirPorts) {
  process(11, "fovea", 200, 3, std::string("/usr/bin/fovea\0serve\0--port\0008080\0", 33));
  process(12, "bash", 900, 9, "bash");
  process(13, "fovea", 0, 5, std::string("fovea\0", 6));
  process(14, "a (fovea)", 0, 5, "x");
  write("proc/net/tcp",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 777 1\n"
        "   1: 0100007F:1F91 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000        0 778 1\n");
  fs::create_directories(root_ / "proc/11/fd");
  fs::create_symlink("socket:[777]", root_ / "proc/11/fd/5");
  fs::create_symlink("socket:[778]", root_ / "proc/11/fd/6");
  ProcessProbe probe(root_);
  const auto first = probe.look(1000.0);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].pid, 11);
  EXPECT_EQ(first[0].verb, "serve");
  EXPECT_EQ(first[0].ports, std::vector<int>{8080});
  EXPECT_EQ(first[0].threads, 7);
  EXPECT_EQ(first[0].resident, 3U * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  EXPECT_DOUBLE_EQ(first[0].seconds, 100.0);
  EXPECT_LT(first[0].cpu, 0.0);
  EXPECT_EQ(first[1].verb, "window");
  process(11, "fovea", 200 + static_cast<int>(sysconf(_SC_CLK_TCK)), 3, "fovea");
  EXPECT_DOUBLE_EQ(probe.look(1002.0)[0].cpu, 0.5);
}

TEST_F(ProbeTest, EnergyIsThatOfPackagesSinceTheFirstLookAlsoPastACountersEnd) {
  const auto zone = [&](const std::string& folder, const std::string& name, const std::string& energy) {
    write("sys/class/powercap/" + folder + "/name", name + "\n");
    write("sys/class/powercap/" + folder + "/energy_uj", energy + "\n");
    write("sys/class/powercap/" + folder + "/max_energy_range_uj", "10000000\n");
  };
  zone("intel-rapl:0", "package-0", "1000000");
  zone("intel-rapl:1", "package-1", "9000000");
  zone("intel-rapl:0:0", "core", "1");
  zone("intel-rapl:2", "psys", "1");  // holds the packages
  EnergyProbe probe(root_);
  ASSERT_EQ(probe.look().size(), 2U);
  zone("intel-rapl:0", "package-0", "3500000");
  zone("intel-rapl:1", "package-1", "500000");
  const auto used = probe.look();
  EXPECT_EQ(used[0].package, "0");
  EXPECT_DOUBLE_EQ(used[0].joules, 2.5);
  EXPECT_DOUBLE_EQ(used[1].joules, 1.5) << "its counter began anew";
  EXPECT_TRUE(EnergyProbe(root_ / "nothing").look().empty());
}

TEST_F(ProbeTest, TheWholeMachinesEnergyIsNotAddedToItsParts) {
  const auto zone = [&](const std::string& folder, const std::string& name, const std::string& energy) {
    write("sys/class/powercap/" + folder + "/name", name + "\n");
    write("sys/class/powercap/" + folder + "/energy_uj", energy + "\n");
    write("sys/class/powercap/" + folder + "/max_energy_range_uj", "10000000\n");
  };
  const auto at = [&](const std::string& package, const std::string& memory, const std::string& machine) {
    zone("intel-rapl:0", "package-0", package);
    zone("intel-rapl:0:1", "dram", memory);
    zone("intel-rapl:1", "psys", machine);
    zone("intel-rapl-mmio:0", "package-0", package);  // the same counter by another way
    return read_energy(root_);
  };
  const auto before = at("1000000", "9500000", "3000000");
  ASSERT_EQ(before.size(), 3U);
  const EnergyUse use = energy_between(before, at("3000000", "500000", "8000000"));
  EXPECT_DOUBLE_EQ(use.processors.value(), 2.0);
  EXPECT_DOUBLE_EQ(use.memory.value(), 1.0) << "its own counter began anew, no other's";
  EXPECT_DOUBLE_EQ(use.machine.value(), 5.0);
  EXPECT_FALSE(energy_between(before, at("3000000", "9600000", "3000001")).machine)
      << "less than the processors: not believed";
  EXPECT_FALSE(energy_between({}, before).processors);
  EXPECT_TRUE(read_energy(root_ / "nothing").empty());
}

TEST_F(ProbeTest, AMeterOrABatteryTellsTheMachinesWatts) {
  EXPECT_FALSE(machine_watts(root_));
  write("sys/class/power_supply/BAT0/status", "Full\n");
  write("sys/class/power_supply/BAT0/power_now", "0\n");
  write("sys/class/power_supply/BAT1/status", "Discharging\n");
  write("sys/class/power_supply/BAT1/current_now", "2000000\n");
  write("sys/class/power_supply/BAT1/voltage_now", "12000000\n");
  EXPECT_DOUBLE_EQ(machine_watts(root_).value(), 24.0);
  write("sys/class/hwmon/hwmon0/name", "coretemp\n");
  write("sys/class/hwmon/hwmon0/power1_average", "1000000\n");
  write("sys/class/hwmon/hwmon1/name", "power_meter\n");
  write("sys/class/hwmon/hwmon1/power1_average", "180500000\n");
  EXPECT_DOUBLE_EQ(machine_watts(root_).value(), 180.5);
}

TEST_F(ProbeTest, SeesTheRealMachine) {
  MachineProbe probe;
  const MachineUse use = probe.look(1.0);
  EXPECT_GT(use.memory_total, 0U);
  EXPECT_GT(use.cores, 0);
}

TEST(NvmlTest, IsAbsentWithoutTheLibrary) {
  Nvml nvml("no-such-library.so");
  EXPECT_FALSE(nvml.available());
  EXPECT_TRUE(nvml.look().empty());
}

TEST(NvmlTest, TellsWhatEachGpuTells) {
  Nvml nvml(FOVEA_FAKE_NVML);
  ASSERT_TRUE(nvml.available());
  const auto gpus = nvml.look();
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0].name, "GPU 0");
  EXPECT_DOUBLE_EQ(gpus[0].use, 0.75);
  EXPECT_EQ(gpus[0].used, 950U);
  EXPECT_DOUBLE_EQ(gpus[0].watts, 120.5);
  EXPECT_LT(gpus[0].celsius, 0.0) << "the library has no such function";
  EXPECT_LT(gpus[1].use, 0.0) << "this GPU does not tell";
  ASSERT_EQ(gpus[0].processes.size(), 2U);
  EXPECT_TRUE(gpus[0].processes_told);
  EXPECT_EQ(gpus[0].processes[0].pid, getpid());
  EXPECT_EQ(gpus[0].processes[0].bytes, 300U);
  EXPECT_FALSE(gpus[1].processes_told) << "one of its processes is without a figure";
}

TEST(NvmlTest, DescribesEachGpuAndItsDriver) {
  Nvml nvml(FOVEA_FAKE_NVML);
  const auto gpus = nvml.describe();
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0].name, "GPU 0");
  EXPECT_EQ(gpus[0].memory_bytes, 1000U);
  EXPECT_DOUBLE_EQ(gpus[0].clock_mhz, 1410.0);
  EXPECT_DOUBLE_EQ(gpus[0].most_mhz, 1980.0);
  EXPECT_DOUBLE_EQ(gpus[1].clock_mhz, 0.0) << "this GPU does not tell";
  EXPECT_EQ(nvml.driver_version(), "580.65.06");
  Nvml none("no-such-library.so");
  EXPECT_TRUE(none.describe().empty());
  EXPECT_TRUE(none.driver_version().empty());
}

TEST(NvmlTest, TellsTheMemoryOfTheGpuAtAPlace) {
  Nvml nvml(FOVEA_FAKE_NVML);
  const auto memory = nvml.memory_at("0000:3B:00.0");
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total, 2000U);
  EXPECT_EQ(memory->used, 100U);
  EXPECT_FALSE(nvml.memory_at("0000:4C:00.0"));
  EXPECT_FALSE(Nvml("no-such-library.so").memory_at("0000:3B:00.0"));
}

TEST(MonitorRecord, TakesTheFullestGpuAndTheSumOfWatts) {
  MachineUse machine;
  machine.time = 5.0;
  machine.gpus = Nvml(FOVEA_FAKE_NVML).look();
  ServerUse slow;
  slow.reached = true;
  slow.p99 = 2.0;
  slow.waiting = 3.0;
  ServerUse fast = slow;
  fast.p99 = 1.0;
  ServerUse gone;
  gone.waiting = 100.0;
  const MonitorRecord record = record_of(machine, {}, {slow, fast, gone});
  EXPECT_DOUBLE_EQ(record[Gauge::kVram], 95.0);
  EXPECT_DOUBLE_EQ(record[Gauge::kVramUsed], 1050.0);
  EXPECT_DOUBLE_EQ(record[Gauge::kWatts], 150.5);
  EXPECT_DOUBLE_EQ(record[Gauge::kP99], 2.0);
  EXPECT_DOUBLE_EQ(record[Gauge::kQueue], 6.0);
  EXPECT_TRUE(std::isnan(record[Gauge::kCpu])) << "the first look knows no rate";
  EXPECT_TRUE(std::isnan(record[Gauge::kRefused]));
}

}  // namespace
}  // namespace fovea::watch
