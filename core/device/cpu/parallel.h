#pragma once

#include "core/device/cpu/crew.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <omp.h>

namespace fovea::cpu {

/// The calling thread's own crew, of as many threads as torch computes with. Made at the first use and again
/// when that number changed; it ends with the thread.
inline Crew& crew() {
  thread_local std::unique_ptr<Crew> own;
  const int threads = std::max(1, at::get_num_threads());
  if (!own || own->threads() != threads) {
    own.reset();
    own = std::make_unique<Crew>(threads);
  }
  return *own;
}

/// work(first, last) for ranges that make up 0..n, none of them shorter than `grain` but the last; what
/// at::parallel_for is, on this thread's crew.
template <typename Work>
void for_ranges(std::int64_t n, std::int64_t grain, const Work& work) {
  if (n <= 0) return;
  if (n <= grain) return work(std::int64_t{0}, n);
  Crew& threads = crew();
  const std::int64_t pieces = std::min<std::int64_t>(threads.threads(), (n + grain - 1) / grain);
  const std::int64_t length = (n + pieces - 1) / pieces;
  threads.run(static_cast<int>((n + length - 1) / length),
              [&](int i) { work(i * length, std::min(n, (i + 1) * length)); });
}

/// work() once on each thread, on no more of them than there are shares; it takes shares from a counter of
/// the caller's until none is left.
template <typename Work>
void for_threads(std::int64_t shares, const Work& work) {
  if (shares <= 0) return;
  if (shares == 1) return work();
  Crew& threads = crew();
  threads.run(static_cast<int>(std::min<std::int64_t>(shares, threads.threads())), [&](int) { work(); });
}

/// work(row, rows, first, last) for `rows` rows in pieces of `tall` and blocks of a weight in pieces of
/// `wide`, each with each, taken by the threads as they come: memory is not equally fast for every core.
template <typename Work>
void for_tiles(std::int64_t rows, std::int64_t tall, std::int64_t blocks, std::int64_t wide,
               const Work& work) {
  const std::int64_t down = (rows + tall - 1) / tall;
  const std::int64_t shares = down * ((blocks + wide - 1) / wide);
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    for (std::int64_t i = next++; i < shares; i = next++) {
      const std::int64_t row = i % down * tall;
      const std::int64_t first = i / down * wide;
      work(row, std::min(tall, rows - row), first, std::min(blocks, first + wide));
    }
  });
}

/// work(i) for all i < shares, taken by the threads as they come. It may call libtorch's operators, which run
/// on its thread alone, and may throw: what was thrown first is thrown here, when all threads are done. (By
/// themselves the operators use libgomp's threads, which spin for more work on the cores that crews need:
/// with two cores a third of a picture's time was lost so.)
template <typename Work>
void for_operators(std::int64_t shares, const Work& work) {
  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto guarded = [&] {
    const c10::InferenceMode inference;
    const int threads = at::get_num_threads();
    omp_set_num_threads(1);
    try {
      for (std::int64_t i = next++; i < shares; i = next++) work(i);
    } catch (...) {
      next = shares;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
    omp_set_num_threads(threads);
  };
  for_threads(shares, guarded);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace fovea::cpu
