// How fast Linear multiplies in each format, beside what the machine can read: the shapes of a layer of
// Qwen3-VL-2B, six layers so that no cache holds them, and those of a block of its vision tower.
//
//   product_speed [THREADS]
//
// Seconds are this process's own of the processor, by threads, so that other programs on its cores count
// little. Bytes hold scales.
#include "core/api/weight_group.h"
#include "core/device/huge_pages.h"
#include "core/model/linear.h"
#include "tests/oracle/read_streams.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

namespace {

using fovea::Linear;
using fovea::LinearFormat;

constexpr int kLayers = 6;
using Shapes = std::vector<std::pair<std::int64_t, std::int64_t>>;  ///< [out, in]
const Shapes kDecoder = {{4096, 2048}, {2048, 2048}, {12288, 2048}, {2048, 6144}};
const Shapes kTower = {{3072, 1024}, {1024, 1024}, {4096, 1024}, {1024, 4096}};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec)) / at::get_num_threads();
}

template <typename Work>
double best_seconds(int rounds, const Work& work) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const double begin = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - begin);
  }
  return best;
}

/// Bytes a second, all threads together: the best of 1, 2, 4 and 8 streams a thread.
double read_rate(const at::Tensor& block) {
  const auto* words = reinterpret_cast<const std::uint64_t*>(block.const_data_ptr<std::int64_t>());
  const std::int64_t threads = at::get_num_threads();
  const std::int64_t share = block.numel() / threads / 64 * 64;
  volatile std::uint64_t sink = 0;
  const auto seconds = [&](auto sum) {
    return best_seconds(3, [&] {
      at::parallel_for(0, threads, 1, [&](std::int64_t first, std::int64_t last) {
        std::uint64_t total = 0;
        for (std::int64_t i = first; i < last; ++i) {
          total += sum(words + i * share, static_cast<std::size_t>(share));
        }
        sink = total;
      });
    });
  };
  using fovea::test::sum_of_streams;
  const double best = std::min({seconds(sum_of_streams<1>), seconds(sum_of_streams<2>),
                                seconds(sum_of_streams<4>), seconds(sum_of_streams<8>)});
  return static_cast<double>(share * threads) * 8 / best;
}

std::vector<at::Tensor> inputs(const Shapes& shapes, std::int64_t rows) {
  std::vector<at::Tensor> out;
  for (const auto& [n, k] : shapes) out.push_back(at::randn({rows, k}).to(at::kBFloat16));
  return out;
}

void measure(const char* name, const Shapes& shapes, const std::vector<std::int64_t>& counts,
             LinearFormat format, const at::Tensor& block) {
  std::vector<Linear> layers;
  double weights = 0;
  double bytes = 0;
  double packing = 0;
  for (int layer = 0; layer < kLayers; ++layer) {
    for (const auto& [n, k] : shapes) {
      at::Tensor weight = at::randn({n, k}).to(at::kBFloat16);
      const double begin = processor_seconds();
      layers.emplace_back(std::move(weight), at::Tensor(), format);
      packing += processor_seconds() - begin;
      weights += static_cast<double>(n * k);
      bytes += static_cast<double>(layers.back().bytes());
    }
  }
  const double limit = read_rate(block);
  std::printf("%s: %.3f bytes a weight, packs %.2f G weights/s; read limit %.1f GB/s\n", name,
              bytes / weights, weights / packing / 1e9, limit / 1e9);
  for (const std::int64_t rows : counts) {
    const std::vector<at::Tensor> x = inputs(shapes, rows);
    const double seconds = best_seconds(rows <= 8 ? 20 : 3, [&] {
      for (std::size_t i = 0; i < layers.size(); ++i) layers[i](x[i % x.size()]);
    });
    std::printf("  %4d rows: %5.1f GB/s = %3.0f %% of the limit, %4.0f GOP/s\n", static_cast<int>(rows),
                bytes / seconds / 1e9, 100 * bytes / seconds / limit,
                2 * static_cast<double>(rows) * weights / seconds / 1e9);
  }
}

}  // namespace

int main(int count, char** words) {
  const c10::InferenceMode no_gradients;
  at::set_num_threads(count > 1 ? std::max(1, std::atoi(words[1])) : at::get_num_threads());
  at::Tensor block = at::empty({std::int64_t{1} << 26}, at::TensorOptions().dtype(at::kLong));
  fovea::advise_huge_pages(block.mutable_data_ptr(), block.nbytes());
  std::memset(block.mutable_data_ptr(), 1, block.nbytes());
  const std::vector<std::int64_t> all = {1, 2, 4, 8, 256, 1024};
  measure("bf16", kDecoder, all, {}, block);
  measure("bf16, vision", kTower, {256, 1024, 4096}, {}, block);
  measure("int8 by 128", kDecoder, all, {8, 128}, block);
  measure("int8 by row", kDecoder, all, {8, fovea::kWholeRow}, block);
  measure("int8 by row, vision", kTower, {256, 1024, 4096}, {8, fovea::kWholeRow}, block);
  measure("int4 by 32", kDecoder, all, {4, 32}, block);
  return 0;
}
