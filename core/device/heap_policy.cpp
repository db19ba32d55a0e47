#include "core/device/heap_policy.h"

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace fovea {

#if defined(__GLIBC__)

namespace {

constexpr int kLoadingThreshold = 1 << 20;
constexpr int kRunningThreshold = 32 << 20;  // the largest that glibc takes
constexpr int kKeptAtTheTop = 512 << 20;

}  // namespace

LoadingHeap::LoadingHeap() {
  ::mallopt(M_MMAP_THRESHOLD, kLoadingThreshold);
}

LoadingHeap::~LoadingHeap() {
  ::malloc_trim(0);
  ::mallopt(M_MMAP_THRESHOLD, kRunningThreshold);
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtTheTop);
}

void return_free_heap() {
  ::malloc_trim(0);
}

#else

LoadingHeap::LoadingHeap() = default;
LoadingHeap::~LoadingHeap() = default;
void return_free_heap() {}

#endif

}  // namespace fovea
