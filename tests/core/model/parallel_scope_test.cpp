#include "core/device/parallel_scope.h"

#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

std::ptrdiff_t threads_of_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

void work_in_parallel() {
  at::parallel_for(0, 64, 1, [](std::int64_t, std::int64_t) {});
}

/// Whether the process comes to have this many threads: one that ends is counted for a moment longer.
bool comes_to(std::ptrdiff_t count) {
  for (int tries = 0; tries < 1000 && threads_of_process() != count; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return threads_of_process() == count;
}

TEST(ParallelScope, LetsTheThreadsGoThatWorkedInIt) {
  const int threads = at::get_num_threads();
  std::thread([] {
    at::set_num_threads(3);
    const std::ptrdiff_t before = threads_of_process();
    {
      const ParallelScope scope;
      work_in_parallel();
      EXPECT_EQ(threads_of_process(), before + 2);
    }
    EXPECT_TRUE(comes_to(before)) << threads_of_process() << " threads, " << before << " before";
    EXPECT_EQ(at::get_num_threads(), 3);
    work_in_parallel();
    EXPECT_EQ(threads_of_process(), before + 2) << "a later piece of work has a crew again";
  }).join();
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace fovea
