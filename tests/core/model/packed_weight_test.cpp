#include "core/model/packed_weight.h"

#include "core/model/linear.h"
#include "tensor_compare.h"

#include <fstream>
#include <iterator>
#include <string>

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::random_tensor;

/// Random rows of k numbers, each of which comes again as its negative (or, in x, as itself) in the other
/// half: their products cancel, and what is left shows in which order they were added.
at::Tensor cancelling(std::int64_t rows, std::int64_t k, double sign, unsigned seed) {
  at::Tensor made = at::empty({rows, k}, at::TensorOptions().dtype(at::kBFloat16));
  const at::Tensor half = random_tensor({rows, k / 2}, at::kBFloat16, 1.0, seed);
  made.narrow(1, 0, k / 2).copy_(half);
  made.narrow(1, k / 2, k / 2).copy_(half.mul(sign));
  return made;
}

bool has_amx() {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.find(" amx_bf16") != std::string::npos;
}

struct Shape {
  std::int64_t n;
  std::int64_t k;
};

class PackedWeights : public testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    if (!has_fast_products(at::kBFloat16)) GTEST_SKIP() << "oneDNN has no bf16 products on this processor";
  }
};

TEST_P(PackedWeights, GiveARowTheSameBitsWhicheverKernelTakesIt) {
  const auto [n, k] = GetParam();
  const at::Tensor x = cancelling(80, k, 1.0, 3);
  const PackedWeight weight(cancelling(n, k, -1.0, 1));
  for (const at::Tensor& bias : {at::Tensor(), random_tensor({n}, at::kBFloat16, 1e-6, 2)}) {
    const at::Tensor all = weight.product(x, bias, "none", "");
    for (std::int64_t rows = 1; rows <= cpu::kMostPackedRows + 4; ++rows) {
      const std::int64_t first = 80 - rows;
      const at::Tensor some = x.narrow(0, first, rows).contiguous();
      EXPECT_TRUE(test::same_bits(weight.product(some, bias, "none", ""), all.narrow(0, first, rows)))
          << rows << " rows of " << k;
    }
  }
}

TEST_P(PackedWeights, TakeTheirOwnKernelWhereTheProcessorHasIt) {
  const auto [n, k] = GetParam();
  const PackedWeight weight(random_tensor({n, k}, at::kBFloat16));
  if (!cpu::has_packed_product()) GTEST_SKIP() << "this processor has no AVX-512 with BF16";
  if (has_amx()) GTEST_SKIP() << "oneDNN multiplies by AMX here, in another order";
  EXPECT_EQ(weight.has_own_kernel(), n % 64 == 0 && k % 2 == 0);
}

INSTANTIATE_TEST_SUITE_P(Shapes, PackedWeights,
                         testing::Values(Shape{128, 64}, Shape{64, 96}, Shape{192, 512}, Shape{128, 768},
                                         Shape{256, 1024}, Shape{192, 1536}, Shape{640, 2048},
                                         Shape{128, 2560}, Shape{64, 6144}, Shape{96, 160}, Shape{72, 1030},
                                         Shape{64, 33}),
                         [](const auto& one) {
                           return std::to_string(one.param.n) + "x" + std::to_string(one.param.k);
                         });

}  // namespace
}  // namespace fovea
