#include "core/device/huge_pages.h"

#include <cstdint>

#include <sys/mman.h>

namespace fovea {
namespace {

constexpr std::uintptr_t kHugePage = 2 << 20;

}  // namespace

void advise_huge_pages(void* block, std::size_t bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const std::uintptr_t first = (address + kHugePage - 1) / kHugePage * kHugePage;
  const std::uintptr_t last = (address + bytes) / kHugePage * kHugePage;
  if (last <= first) return;
  (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

}  // namespace fovea
