#include "core/model/packed_weight.h"

#include "core/model/linear.h"
#include "tensor_compare.h"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::random_tensor;

/// Random rows of k numbers, each of which comes again as its negative (or, in x, as itself) in the other
/// half: their products cancel, and what is left shows in which order they were added. An odd last column is
/// nought.
at::Tensor cancelling(std::int64_t rows, std::int64_t k, double sign, unsigned seed) {
  at::Tensor made = at::zeros({rows, k}, at::TensorOptions().dtype(at::kBFloat16));
  const at::Tensor half = random_tensor({rows, k / 2}, at::kBFloat16, 1.0, seed);
  made.narrow(1, 0, k / 2).copy_(half);
  made.narrow(1, k / 2, k / 2).copy_(half.mul(sign));
  return made;
}

struct Case {
  Bf16Products products;
  std::int64_t n;
  std::int64_t k;
};

class PackedWeights : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().products == Bf16Products::kAmx && !cpu::has_amx_product()) {
      GTEST_SKIP() << "this processor has no AMX";
    }
    if (GetParam().products == Bf16Products::kOneDnn && !has_fast_products(at::kBFloat16)) {
      GTEST_SKIP() << "oneDNN has no bf16 products on this processor";
    }
    // oneDNN takes AMX where it is, whose bits depend on the other rows: nothing ships so.
    if (GetParam().products == Bf16Products::kOneDnn && cpu::has_amx_product()) {
      GTEST_SKIP() << "bf16 is not multiplied by oneDNN where there is AMX";
    }
  }
};

TEST_P(PackedWeights, GiveARowTheSameBitsWhicheverKernelTakesIt) {
  const auto [products, n, k] = GetParam();
  const at::Tensor x = cancelling(80, k, 1.0, 3);
  const PackedWeight weight(cancelling(n, k, -1.0, 1), products);
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

TEST_P(PackedWeights, GiveTheProductRoundedOnce) {
  const auto [products, n, k] = GetParam();
  const at::Tensor values = random_tensor({n, k}, at::kBFloat16, 1.0, 1);
  const at::Tensor bias = random_tensor({n}, at::kBFloat16, 1.0, 2);
  const PackedWeight weight(values.clone(), products);
  // Up to 16 rows go through one kernel of AMX, more through another, which takes 32 at a time, 256 of 2048
  // columns in a slab; a result of more than 1 MB it writes past the caches. In fp32 it is 12 rows, six at a
  // time, and a thread takes 192.
  for (const std::int64_t rows : {1, 3, 16, 17, 31, 48, 270, 900}) {
    const at::Tensor x = random_tensor({rows, k}, at::kBFloat16, 1.0, 3);
    const at::Tensor want = at::linear(x.to(at::kDouble), values.to(at::kDouble), bias.to(at::kDouble));
    const at::Tensor apart = weight.product(x, bias, "none", "").to(at::kDouble).sub(want).abs();
    // Half a unit of bf16's last place, and what sums of k numbers in fp32 lose.
    const at::Tensor most = want.abs().mul(1.0 / 256).add(1e-6 * static_cast<double>(k));
    EXPECT_TRUE(apart.le(most).all().item<bool>()) << rows << " rows of " << k;
  }
}

TEST_P(PackedWeights, RoundBeforeOrAfterGelu) {
  const auto [products, n, k] = GetParam();
  const at::Tensor values = random_tensor({n, k}, at::kBFloat16, 0.2, 1);
  const PackedWeight weight(values.clone(), products);
  for (const std::int64_t rows : {3, 20}) {
    const at::Tensor x = random_tensor({rows, k}, at::kBFloat16, 1.0, 3);
    for (const char* form : {"tanh", "none"}) {
      const at::Tensor want = at::gelu(weight.product(x, {}, "none", ""), form).to(at::kFloat);
      const at::Tensor apart = weight.product(x, {}, "gelu", form).to(at::kFloat).sub(want).abs();
      const bool rounds_first = products != Bf16Products::kOneDnn;
      const double most = rounds_first ? 1.0 / 128 : 1.0 / 64;
      EXPECT_TRUE(apart.le(want.abs().mul(most).add(rounds_first ? 1e-5 : most)).all().item<bool>()) << form;
    }
  }
}

TEST_P(PackedWeights, TakeTheirOwnKernelWhereTheProcessorHasIt) {
  const auto [products, n, k] = GetParam();
  const PackedWeight weight(random_tensor({n, k}, at::kBFloat16), products);
  EXPECT_EQ(weight.has_own_kernel(),
            products != Bf16Products::kOneDnn || (cpu::has_packed_product() && n % 64 == 0 && k % 2 == 0));
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto products : {Bf16Products::kAmx, Bf16Products::kWidening, Bf16Products::kOneDnn}) {
    for (const auto& [n, k] : std::vector<std::pair<std::int64_t, std::int64_t>>{{128, 64},
                                                                                 {64, 96},
                                                                                 {192, 512},
                                                                                 {128, 768},
                                                                                 {256, 1024},
                                                                                 {192, 1536},
                                                                                 {640, 2048},
                                                                                 {128, 2560},
                                                                                 {64, 6144},
                                                                                 {96, 160},
                                                                                 {72, 1030},
                                                                                 {64, 33}}) {
      cases.push_back({products, n, k});
    }
  }
  return cases;
}

const char* name_of(Bf16Products products) {
  return products == Bf16Products::kAmx ? "amx" : products == Bf16Products::kWidening ? "widening" : "onednn";
}

void PrintTo(const Case& one, std::ostream* to) {
  *to << name_of(one.products) << " " << one.n << "x" << one.k;
}

INSTANTIATE_TEST_SUITE_P(Products, PackedWeights, testing::ValuesIn(all_cases()), [](const auto& one) {
  return std::string(name_of(one.param.products)) + "_" + std::to_string(one.param.n) + "x" +
         std::to_string(one.param.k);
});

}  // namespace
}  // namespace fovea
