// What cuda_library.cpp asks of NVIDIA's driver library, of one that the macros describe: the version of CUDA
// that it knows and the GPUs that it finds.

extern "C" {

int cuInit(unsigned int) {
  return FAKE_GPUS > 0 ? 0 : 100;  // CUDA_ERROR_NO_DEVICE
}

int cuDriverGetVersion(int* version) {
  *version = FAKE_VERSION;
  return 0;
}

int cuDeviceGetCount(int* count) {
  *count = FAKE_GPUS;
  return 0;
}
}
