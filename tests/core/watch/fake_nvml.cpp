// The functions of NVML that core/watch/nvml.cpp looks for, of a machine with two GPUs: the second tells
// little.
#include <cstdio>
#include <cstring>

#include <unistd.h>

namespace {
int devices[2];
}

extern "C" {

int nvmlInit_v2() {
  return 0;
}

int nvmlDeviceGetCount_v2(unsigned int* count) {
  *count = 2;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** device) {
  *device = &devices[index];
  return 0;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, void** device) {
  if (std::strcmp(bus_id, "0000:3B:00.0") != 0) return 6;  // NVML_ERROR_NOT_FOUND
  *device = &devices[1];
  return 0;
}

int nvmlDeviceGetName(void* device, char* name, unsigned int length) {
  std::snprintf(name, length, "GPU %d", device == &devices[0] ? 0 : 1);
  return 0;
}

struct Utilization {
  unsigned int gpu;
  unsigned int memory;
};

int nvmlDeviceGetUtilizationRates(void* device, Utilization* rates) {
  *rates = {75, 30};
  return device == &devices[0] ? 0 : 3;  // NVML_ERROR_NOT_SUPPORTED
}

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  *memory = {1000, 50, 950};
  if (device == &devices[1]) *memory = {2000, 1900, 100};
  return 0;
}

int nvmlDeviceGetPowerUsage(void* device, unsigned int* milliwatts) {
  *milliwatts = device == &devices[0] ? 120'500 : 30'000;
  return 0;
}

int nvmlDeviceGetClockInfo(void* device, int type, unsigned int* mhz) {
  if (type != 1) return 2;  // NVML_ERROR_INVALID_ARGUMENT; 1 is NVML_CLOCK_SM
  *mhz = 1410;
  return device == &devices[0] ? 0 : 3;  // NVML_ERROR_NOT_SUPPORTED
}

int nvmlDeviceGetMaxClockInfo(void*, int type, unsigned int* mhz) {
  *mhz = 1980;
  return type == 1 ? 0 : 2;
}

int nvmlSystemGetDriverVersion(char* version, unsigned int length) {
  std::snprintf(version, length, "580.65.06");
  return 0;
}

struct Process {
  unsigned int pid;
  unsigned long long bytes;
  unsigned int gpu_instance;
  unsigned int compute_instance;
};

int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned int* count, Process* processes) {
  processes[0] = {static_cast<unsigned int>(getpid()), 300, 0, 0};
  processes[1] = {1, device == &devices[0] ? 200 : ~0ULL, 0, 0};  // NVML_VALUE_NOT_AVAILABLE
  *count = 2;
  return 0;
}
}
