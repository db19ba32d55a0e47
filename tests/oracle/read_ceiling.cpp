// How fast this machine reads memory: every thread adds up its share of a block far larger than the caches,
// as 1, 2, 4 or 8 streams side by side, in large pages where the system has them. Prints the best in bytes a
// second. Built by ceilings.py for the machine at hand: g++ -O3 -march=native -pthread.
#include "read_streams.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <sys/mman.h>

namespace {

using fovea::test::kLineWords;
using fovea::test::sum_of_streams;

/// Seconds that all threads together take to read the block once.
template <std::size_t Streams>
double seconds(std::span<const std::uint64_t> block, unsigned threads, std::uint64_t& check) {
  const std::size_t share = block.size() / threads / (kLineWords * Streams) * (kLineWords * Streams);
  std::vector<std::uint64_t> sums(threads * kLineWords);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> crew;
  for (unsigned t = 0; t < threads; ++t)
    crew.emplace_back(
        [&, t] { sums[t * kLineWords] = sum_of_streams<Streams>(block.data() + t * share, share); });
  for (std::thread& one : crew) one.join();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  for (const std::uint64_t s : sums) check += s;
  return taken.count() * static_cast<double>(block.size()) / static_cast<double>(share * threads);
}

}  // namespace

int main(int count, char** words) {
  const unsigned threads = count > 1 ? static_cast<unsigned>(std::max(1, std::atoi(words[1])))
                                     : std::thread::hardware_concurrency();
  constexpr std::size_t kBytes = std::size_t{1} << 30;
  constexpr std::size_t kHugePage = 2 << 20;
  const std::unique_ptr<void, void (*)(void*)> memory(std::aligned_alloc(kHugePage, kBytes), std::free);
  if (memory == nullptr) return 1;
  (void)::madvise(memory.get(), kBytes, MADV_HUGEPAGE);
  const std::span block(static_cast<std::uint64_t*>(memory.get()), kBytes / sizeof(std::uint64_t));
  std::fill(block.begin(), block.end(), 1);
  std::uint64_t check = 0;
  double best = 1e9;
  for (int round = 0; round < 5; ++round)
    best = std::min({best, seconds<1>(block, threads, check), seconds<2>(block, threads, check),
                     seconds<4>(block, threads, check), seconds<8>(block, threads, check)});
  if (check == 0) return 1;
  std::printf("%.0f\n", static_cast<double>(block.size() * sizeof(std::uint64_t)) / best);
}
