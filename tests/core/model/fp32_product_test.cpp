#include "core/device/cpu/fp32_product.h"

#include "core/device/cpu/fp32_matvec.h"
#include "core/device/cpu/fp32_tiles.h"
#include "tensor_compare.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <gtest/gtest.h>

namespace fovea::cpu {
namespace {

using test::random_tensor;
using test::same_bits;

/// A weight with the memory that it points to.
struct Packed {
  explicit Packed(const at::Tensor& weight) : view{nullptr, weight.size(0), weight.size(1)} {
    values = at::empty(weight.sizes(), weight.options());
    fp32_pack(weight.const_data_ptr<float>(), view, values.mutable_data_ptr<float>());
    view.values = values.const_data_ptr<float>();
  }
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& bias = {}) const {
    at::Tensor y = at::empty({x.size(0), view.n}, x.options());
    fp32_product(view, x.const_data_ptr<float>(), x.size(0),
                 bias.defined() ? bias.const_data_ptr<float>() : nullptr, y.mutable_data_ptr<float>());
    return y;
  }
  Fp32Weight view;
  at::Tensor values;
};

/// Largest difference from the product in fp64, in what sums of k numbers of about 1 lose at most.
double off(const at::Tensor& y, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  at::Tensor want = at::linear(x.to(at::kDouble), weight.to(at::kDouble));
  if (bias.defined()) want = want.add(bias.to(at::kDouble));
  return test::largest_difference(y.to(at::kDouble), want) / (1e-7 * static_cast<double>(weight.size(1)));
}

struct Shape {
  std::int64_t n;
  std::int64_t k;
};

class Fp32Products : public testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    if (!has_fp32_product()) GTEST_SKIP() << "this processor has neither AVX-512 nor AVX2 with FMA";
  }
  void TearDown() override { at::set_num_threads(threads_); }

 private:
  const int threads_ = at::get_num_threads();
};

TEST_P(Fp32Products, GiveTheProduct) {
  const auto [n, k] = GetParam();
  const at::Tensor weight = random_tensor({n, k}, at::kFloat, 1.0, 1);
  const at::Tensor bias = random_tensor({n}, at::kFloat, 1.0, 2);
  const Packed packed(weight);
  // Six rows are held in registers together, 48 meet a part of the weight, 192 are a thread's share.
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 13, 48, 49, 200, 400}) {
    const at::Tensor x = random_tensor({rows, k}, at::kFloat, 1.0, 3);
    EXPECT_LT(off(packed(x), x, weight, {}), 1.0) << rows << " rows";
    EXPECT_LT(off(packed(x, bias), x, weight, bias), 1.0) << rows << " rows, with a bias";
  }
}

TEST_P(Fp32Products, GiveARowTheSameBitsAloneAndInCompany) {
  const auto [n, k] = GetParam();
  const Packed packed(random_tensor({n, k}, at::kFloat, 1.0, 1));
  const at::Tensor x = random_tensor({250, k}, at::kFloat, 1.0, 3);
  at::set_num_threads(1);
  const at::Tensor all = packed(x);
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 8, 17, 47, 48, 49, 193, 250}) {
      EXPECT_TRUE(same_bits(packed(x.narrow(0, 0, rows)), all.narrow(0, 0, rows))) << rows;
      const std::int64_t first = 250 - rows;
      EXPECT_TRUE(same_bits(packed(x.narrow(0, first, rows)), all.narrow(0, first, rows))) << rows;
    }
  }
}

TEST_P(Fp32Products, AreTheSameBitsOnEachKindOfProcessor) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") == 0) GTEST_SKIP() << "this processor has no AVX-512";
  const auto [n, k] = GetParam();
  const Packed packed(random_tensor({n, k}, at::kFloat, 1.0, 1));
  for (const std::int64_t rows : {1, 2, 3, 5, 6, 11, 70}) {
    const at::Tensor x = random_tensor({rows, k}, at::kFloat, 1.0, 3);
    at::Tensor y = at::empty({rows, n}, x.options());
    fp32_tiles_avx2(packed.view, {x.const_data_ptr<float>(), rows, nullptr, y.mutable_data_ptr<float>(), 0,
                                  packed.view.blocks()});
    EXPECT_TRUE(same_bits(y, packed(x))) << rows;
  }
#endif
}

TEST_P(Fp32Products, OfAPlainWeightAreTheSameForEachRow) {
  const auto [n, k] = GetParam();
  const at::Tensor weight = random_tensor({n, k}, at::kFloat, 1.0, 1);
  const at::Tensor x = random_tensor({7, k}, at::kFloat, 1.0, 3);
  const at::Tensor all = fp32_matvec(x, weight);
  EXPECT_LT(off(all, x, weight, {}), 1.0);
  for (const int threads : {1, 3}) {
    at::set_num_threads(threads);
    for (std::int64_t row = 0; row < 7; ++row)
      EXPECT_TRUE(same_bits(fp32_matvec(x.narrow(0, row, 1), weight), all.narrow(0, row, 1))) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Fp32Products,
                         testing::Values(Shape{64, 256}, Shape{384, 300}, Shape{130, 1025}, Shape{24, 40},
                                         Shape{65, 33}, Shape{1, 1}, Shape{2000, 96}),
                         [](const auto& named) {
                           return std::to_string(named.param.n) + "x" + std::to_string(named.param.k);
                         });

}  // namespace
}  // namespace fovea::cpu
