#include "core/device/cpu/widening_product.h"

#include "core/device/cpu/widening_tiles.h"
#include "tensor_compare.h"

#include <limits>
#include <string>
#include <utility>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace fovea::cpu {
namespace {

using test::random_tensor;
using test::same_bits;

const std::uint16_t* bits(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const std::uint16_t*>(tensor.const_data_ptr()) : nullptr;
}

std::uint16_t* bits(at::Tensor& tensor) {
  return static_cast<std::uint16_t*>(tensor.mutable_data_ptr());
}

/// A weight with the memory that it points to.
struct WidelyPacked {
  explicit WidelyPacked(const at::Tensor& weight) : view{nullptr, weight.size(0), weight.size(1)} {
    // What is behind n and k must be written, so that it matters if it isn't.
    values = at::full({view.size()}, std::numeric_limits<float>::quiet_NaN(), weight.options());
    widening_pack(bits(std::as_const(weight)), view, bits(values));
    view.values = bits(std::as_const(values));
  }
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& bias = {}) const {
    at::Tensor y = at::empty({x.size(0), view.n}, x.options());
    widening_product(view, bits(x), x.size(0), bits(std::as_const(bias)), bits(y));
    return y;
  }
  WideningWeight view;
  at::Tensor values;
};

struct WeightShape {
  std::int64_t n;
  std::int64_t k;
};

class WideningProducts : public testing::TestWithParam<WeightShape> {
 protected:
  void TearDown() override { at::set_num_threads(threads_); }

 private:
  const int threads_ = at::get_num_threads();
};

TEST_P(WideningProducts, AreTheSumsRoundedOnce) {
  const auto [n, k] = GetParam();
  const at::Tensor weight = random_tensor({n, k}, at::kBFloat16, 1.0, 1);
  const at::Tensor bias = random_tensor({n}, at::kBFloat16, 1.0, 2);
  const WidelyPacked packed(weight);
  // Six rows are held in registers together, from 13 on the weight is widened in memory, 192 are a thread's.
  for (const std::int64_t rows : {1, 2, 5, 6, 7, 12, 13, 48, 49, 200, 400}) {
    const at::Tensor x = random_tensor({rows, k}, at::kBFloat16, 1.0, 3);
    for (const at::Tensor& added : {at::Tensor(), bias}) {
      at::Tensor want = at::linear(x.to(at::kDouble), weight.to(at::kDouble));
      if (added.defined()) want = want.add(added.to(at::kDouble));
      const at::Tensor apart = packed(x, added).to(at::kDouble).sub(want).abs();
      // Half a unit of bf16's last place, and what sums of k numbers in fp32 lose.
      EXPECT_TRUE(apart.le(want.abs().mul(1.0 / 256).add(1e-6 * static_cast<double>(k))).all().item<bool>())
          << rows << " rows";
    }
  }
}

TEST_P(WideningProducts, GiveARowTheSameBitsAloneAndInCompany) {
  const auto [n, k] = GetParam();
  const WidelyPacked packed(random_tensor({n, k}, at::kBFloat16, 1.0, 1));
  const at::Tensor x = random_tensor({250, k}, at::kBFloat16, 1.0, 3);
  at::set_num_threads(1);
  const at::Tensor all = packed(x);
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 17, 48, 49, 193, 250}) {
      EXPECT_TRUE(same_bits(packed(x.narrow(0, 0, rows)), all.narrow(0, 0, rows))) << rows;
      const std::int64_t first = 250 - rows;
      EXPECT_TRUE(same_bits(packed(x.narrow(0, first, rows)), all.narrow(0, first, rows))) << rows;
    }
  }
}

TEST_P(WideningProducts, AreTheSameBitsWithAvx2AndNearlySoWithout) {
  const auto [n, k] = GetParam();
  const WidelyPacked packed(random_tensor({n, k}, at::kBFloat16, 1.0, 1));
  for (const std::int64_t rows : {1, 2, 3, 5, 6, 11, 13, 70}) {
    const at::Tensor x = random_tensor({rows, k}, at::kBFloat16, 1.0, 3);
    const at::Tensor want = packed(x);
    at::Tensor wide = at::zeros({rows, 2 * packed.view.pairs()}, at::TensorOptions(at::kFloat));
    wide.narrow(1, 0, k).copy_(x);
    at::Tensor y = at::empty({rows, n}, x.options());
    const WideningShare share{wide.const_data_ptr<float>(), rows, nullptr, bits(y), 0, packed.view.blocks()};
    widening_tiles_plain(packed.view, share);
    const at::Tensor apart = y.to(at::kDouble).sub(want.to(at::kDouble)).abs();
    EXPECT_TRUE(apart.le(want.to(at::kDouble).abs().mul(1.0 / 128).add(2e-6 * static_cast<double>(k)))
                    .all()
                    .item<bool>())
        << rows;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") == 0) continue;
    widening_tiles_avx2(packed.view, share);
    EXPECT_TRUE(same_bits(y, want)) << rows;
#endif
  }
}

TEST_P(WideningProducts, KeepWhatIsNoNumberInItsRow) {
  const auto [n, k] = GetParam();
  const WidelyPacked packed(random_tensor({n, k}, at::kBFloat16, 1.0, 1));
  for (const std::int64_t rows : {3, 20}) {
    const at::Tensor x = random_tensor({rows, k}, at::kBFloat16, 1.0, 3);
    const at::Tensor want = packed(x);
    x.select(0, 1).select(0, k - 1).fill_(std::numeric_limits<float>::quiet_NaN());
    const at::Tensor y = packed(x);
    EXPECT_TRUE(at::isnan(y.select(0, 1)).all().item<bool>());
    EXPECT_TRUE(same_bits(y.narrow(0, 0, 1), want.narrow(0, 0, 1)));
    EXPECT_TRUE(same_bits(y.narrow(0, 2, rows - 2), want.narrow(0, 2, rows - 2)));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, WideningProducts,
                         testing::Values(WeightShape{64, 256}, WeightShape{384, 300}, WeightShape{130, 1025},
                                         WeightShape{24, 40}, WeightShape{65, 33}, WeightShape{1, 1},
                                         WeightShape{2000, 96}),
                         [](const auto& named) {
                           return std::to_string(named.param.n) + "x" + std::to_string(named.param.k);
                         });

}  // namespace
}  // namespace fovea::cpu
