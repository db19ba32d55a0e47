#include "core/device/huge_pages.h"

#include <cstdint>

#include <sys/mman.h>

namespace fovea {
namespace {

constexpr std::uintptr_t kHugePage = 2 << 20;

/// MADV_COLLAPSE of linux/mman.h, which Debian 12's headers of the C library don't name yet.
constexpr int kCollapse = 25;

/// The whole huge pages within a block.
struct Whole {
  Whole(void* block, std::size_t bytes) {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const std::uintptr_t first = (address + kHugePage - 1) / kHugePage * kHugePage;
    const std::uintptr_t last = (address + bytes) / kHugePage * kHugePage;
    begin = reinterpret_cast<void*>(first);
    size = last > first ? last - first : 0;
  }

  void* begin = nullptr;
  std::size_t size = 0;
};

}  // namespace

void advise_huge_pages(void* block, std::size_t bytes) {
  const Whole pages(block, bytes);
  if (pages.size > 0) (void)::madvise(pages.begin, pages.size, MADV_HUGEPAGE);
}

void move_to_huge_pages(void* block, std::size_t bytes) {
  const Whole pages(block, bytes);
  if (pages.size == 0) return;
  (void)::madvise(pages.begin, pages.size, MADV_HUGEPAGE);
  (void)::madvise(pages.begin, pages.size, kCollapse);
}

}  // namespace fovea
