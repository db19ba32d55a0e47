#include "core/hub/bandwidth_probe.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/mman.h>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBufferBytes = 512U << 20;  ///< beyond any cache
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr int kRounds = 3;

unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  return std::max(1U, std::thread::hardware_concurrency());
}

/// How far ahead of its use the products fetch a weight: processors prefetch within a page only.
constexpr std::size_t kAheadBytes = 8192;

/// Sums `words` words, walking `kStreams` places of them side by side as a matrix-vector product walks rows;
/// with `kAhead`, what follows is fetched.
template <std::size_t kStreams, bool kAhead>
std::uint64_t read_all(const std::uint64_t* data, std::size_t words) {
  constexpr std::size_t kLine = 8;  // words of a cache line
  const std::size_t part = words / kStreams / kLine * kLine;
  std::array<std::array<std::uint64_t, kLine>, kStreams> sums{};
  for (std::size_t at = 0; at < part; at += kLine) {
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      const std::uint64_t* line = data + stream * part + at;
      if constexpr (kAhead) __builtin_prefetch(reinterpret_cast<const char*>(line) + kAheadBytes);
      for (std::size_t i = 0; i < kLine; ++i) sums[stream][i] += line[i];
    }
  }
  std::uint64_t sum = 0;
  for (const auto& stream : sums) sum = std::accumulate(stream.begin(), stream.end(), sum);
  return sum;
}

/// Bytes a second of all threads together.
double measure(const std::uint64_t* data, unsigned threads,
               std::uint64_t (*read)(const std::uint64_t*, std::size_t)) {
  const std::size_t words = kBufferBytes / kWord / threads;
  std::atomic<unsigned> ready = 0;
  std::atomic<bool> go = false;
  std::atomic<std::uint64_t> sink = 0;
  std::vector<std::thread> readers;
  for (unsigned i = 0; i < threads; ++i) {
    readers.emplace_back([&, i] {
      ++ready;
      while (!go) std::this_thread::yield();
      sink += read(data + i * words, words);
    });
  }
  while (ready < threads) std::this_thread::yield();
  const Clock::time_point begin = Clock::now();
  go = true;
  for (std::thread& reader : readers) reader.join();
  const std::chrono::duration<double> seconds = Clock::now() - begin;
  return static_cast<double>(words * kWord * threads) / seconds.count();
}

/// Sets the mark to what is resident now (proc(5), clear_refs); where that is not allowed it stays.
void forget_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

/// kBufferBytes of memory in pages as large as those that weights lie in, where the system has them.
class Buffer {
 public:
  Buffer() : mapped_(::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (mapped_ == MAP_FAILED) return;
    void* at = mapped_;
    std::size_t room = kBytes;
    words_ = static_cast<std::uint64_t*>(std::align(kHugePage, kBufferBytes, at, room));
    (void)::madvise(words_, kBufferBytes, MADV_HUGEPAGE);
    std::fill_n(words_, kBufferBytes / kWord, 1U);  // pages have to be there before they can be read
  }
  ~Buffer() {
    if (mapped_ != MAP_FAILED) ::munmap(mapped_, kBytes);
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  const std::uint64_t* words() const { return words_; }

 private:
  static constexpr std::size_t kHugePage = 2U << 20;
  static constexpr std::size_t kBytes = kBufferBytes + kHugePage;

  void* const mapped_;
  std::uint64_t* words_ = nullptr;
};

double measured_with_buffer() {
  const Buffer buffer;
  if (buffer.words() == nullptr) return 0.0;
  double best = 0.0;
  try {
    const unsigned threads = usable_cores();
    for (int round = 0; round < kRounds; ++round) {
      for (const auto read : {read_all<1, true>, read_all<2, true>, read_all<4, true>, read_all<4, false>})
        best = std::max(best, measure(buffer.words(), threads, read));
    }
  } catch (const std::exception&) {  // no more threads are to be had
  }
  return best;
}

}  // namespace

double measured_read_bandwidth() {
  const double rate = measured_with_buffer();
  forget_peak_memory();
  return rate;
}

}  // namespace fovea
