#include "core/device/cpu/activation_kernels.h"
#include "core/device/cpu/bf16_product.h"
#include "core/device/cpu/norm_kernels.h"
#include "core/device/cpu/rope_kernels.h"
#include "kv_page_view.h"
#include "tensor_compare.h"

#include <array>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;
using test::same_bits;

/// The reference's RMSNorm, operator by operator.
at::Tensor reference_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor scaled = wide.mul(at::rsqrt(wide.mul(wide).mean(-1, true).add(eps)));
  return weight.mul(scaled.to(x.scalar_type()));
}

/// The reference's rotation, operator by operator. x [heads, n, dim], cos and sin [n, R/2].
at::Tensor reference_rotation(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                              bool halves) {
  const std::int64_t r = 2 * cos.size(1);
  const at::Tensor rotated_part = x.narrow(-1, 0, r);
  const at::Tensor rest = x.narrow(-1, r, x.size(-1) - r);
  at::Tensor c;
  at::Tensor s;
  at::Tensor turned;
  if (halves) {
    c = at::cat({cos, cos}, -1);
    s = at::cat({sin, sin}, -1);
    turned = at::cat({rotated_part.narrow(-1, r / 2, r / 2).neg(), rotated_part.narrow(-1, 0, r / 2)}, -1);
  } else {
    c = cos.repeat_interleave(2, -1);
    s = sin.repeat_interleave(2, -1);
    const at::Tensor pairs = rotated_part.reshape({x.size(0), x.size(1), r / 2, 2});
    turned = at::stack({pairs.select(-1, 1).neg(), pairs.select(-1, 0)}, -1).flatten(-2);
  }
  return at::cat({rotated_part.mul(c).add(turned.mul(s)), rest}, -1);
}

class DecoderKernels : public ::testing::TestWithParam<at::ScalarType> {};

TEST_P(DecoderKernels, RmsNormRoundsAsTheReference) {
  for (const std::int64_t width : {7, 16, 128, 1000, 2048}) {
    const at::Tensor x = random_tensor({5, width}, GetParam(), 3.0);
    const at::Tensor weight = random_tensor({width}, GetParam(), 1.5, 2);
    const at::Tensor want = reference_norm(x, weight, 1e-6);
    const at::Tensor got = cpu::rms_norm(x, weight, 1e-6);
    // The order of the sum may move the last bit of fp32, and with it now and then a rounding to 16 bits.
    const double tolerance = GetParam() == at::kFloat ? 2e-6 : GetParam() == at::kHalf ? 6e-3 : 4e-2;
    EXPECT_LE(largest_difference(got, want), tolerance) << width;
    const double differing = got.ne(want).to(at::kFloat).mean().item<double>();
    if (GetParam() != at::kFloat) {
      EXPECT_LE(differing, 0.002) << width;
    }
  }
}

TEST_P(DecoderKernels, AddRmsNormAddsInTheElementTypeFirst) {
  at::Tensor x = random_tensor({9, 96}, GetParam());
  const at::Tensor delta = random_tensor({9, 96}, GetParam(), 1.0, 5);
  const at::Tensor weight = random_tensor({96}, GetParam(), 1.0, 6);
  const at::Tensor sum = x.add(delta);
  const at::Tensor want = cpu::rms_norm(sum, weight, 1e-5);
  const at::Tensor got = cpu::add_rms_norm(x, delta, weight, 1e-5);
  EXPECT_TRUE(same_bits(x, sum));
  EXPECT_TRUE(same_bits(got, want));
}

TEST_P(DecoderKernels, RotatesHalvesAndPairsToTheBit) {
  for (const bool halves : {true, false}) {
    const std::int64_t heads = 6, kv = 2, dim = 32;
    const std::int64_t pairs = halves ? dim / 2 : dim / 4;  // the whole head, or its first half
    // Two sequences: tokens 30…40 in pages 3 and 1, tokens 5…6 in page 2; row 11 is token 5.
    const std::vector<std::int32_t> first_pages = {3, 1}, second_pages = {2};
    const std::vector<PagedRows> rows = {{0, 11, 30, first_pages}, {11, 2, 5, second_pages}};
    const std::int64_t n = 13;
    const at::Tensor qkv = random_tensor({n, (heads + 2 * kv) * dim}, GetParam(), 2.0);
    const at::Tensor angle = random_tensor({n, pairs}, at::kFloat, 3.0, 9);
    const at::Tensor cos = at::cos(angle).to(GetParam());
    const at::Tensor sin = at::sin(angle).to(GetParam());
    const KvPages pages = test::fresh_pages(4, kv, dim, GetParam());
    DecoderHeads layout{heads, kv, dim, halves ? RopeStyle::kHalves : RopeStyle::kInterleaved, {}, {}, 0};
    const at::Tensor q = cpu::rotate_into_pages(qkv, cos, sin, layout, rows, pages);

    const at::Tensor by_head = qkv.view({n, heads + 2 * kv, dim}).transpose(0, 1);
    EXPECT_TRUE(
        same_bits(q.transpose(0, 1), reference_rotation(by_head.narrow(0, 0, heads), cos, sin, halves)));
    const at::Tensor want_keys = reference_rotation(by_head.narrow(0, heads, kv), cos, sin, halves);
    const at::Tensor want_values = by_head.narrow(0, heads + kv, kv);
    const at::Tensor keys = test::plain(test::keys_by_token(pages), dim);
    const at::Tensor values = test::plain(test::values_by_token(pages), dim);
    const auto expect = [&](std::int64_t page, std::int64_t slot, std::int64_t row, std::int64_t count) {
      EXPECT_TRUE(same_bits(keys.select(0, page).narrow(1, slot, count), want_keys.narrow(1, row, count)));
      EXPECT_TRUE(
          same_bits(values.select(0, page).narrow(1, slot, count), want_values.narrow(1, row, count)));
    };
    expect(3, 30, 0, 2);
    expect(1, 0, 2, 9);
    expect(2, 5, 11, 2);
    EXPECT_EQ(keys.isnan().logical_not().sum().item<std::int64_t>(), n * kv * dim) << "others are untouched";
    const std::int64_t cleared = GetParam() == at::kBFloat16 ? 2 : 0;
    EXPECT_EQ(values.isnan().logical_not().sum().item<std::int64_t>(), (n + cleared) * kv * dim)
        << "others are untouched, but for the rest of a pack behind the last token";
  }
}

TEST_P(DecoderKernels, NormsQueriesAndKeysBeforeRotating) {
  const std::int64_t n = 3, heads = 2, kv = 1, dim = 64;
  const at::Tensor qkv = random_tensor({n, (heads + 2 * kv) * dim}, GetParam(), 4.0);
  const at::Tensor zero = at::zeros({n, dim / 2}, qkv.options());
  const at::Tensor one = zero.add(1.0);
  const KvPages pages = test::fresh_pages(1, kv, dim, GetParam());
  DecoderHeads layout{heads,
                      kv,
                      dim,
                      RopeStyle::kHalves,
                      random_tensor({dim}, GetParam(), 1.0, 3),
                      random_tensor({dim}, GetParam(), 1.0, 4),
                      1e-6};
  const std::vector<std::int32_t> own = {0};
  const std::vector<PagedRows> rows = {{0, n, 0, own}};
  const at::Tensor q = cpu::rotate_into_pages(qkv, one, zero, layout, rows, pages);
  const at::Tensor by_head = qkv.view({n, heads + 2 * kv, dim}).transpose(0, 1).contiguous();
  const auto norm = [&](const at::Tensor& part, const at::Tensor& weight) {
    return cpu::rms_norm(part.contiguous(), weight, 1e-6);
  };
  EXPECT_TRUE(same_bits(q.transpose(0, 1), norm(by_head.narrow(0, 0, heads), layout.query_norm)));
  EXPECT_TRUE(same_bits(test::plain(test::keys_by_token(pages), dim).select(0, 0).narrow(1, 0, n),
                        norm(by_head.narrow(0, heads, kv), layout.key_norm)));
}

TEST_P(DecoderKernels, SiluMulRoundsSiluFirst) {
  const at::Tensor x = random_tensor({4, 4 * 4999}, GetParam(), 5.0);
  const at::Tensor want =
      at::silu(x.narrow(1, 0, 2 * 4999).to(at::kDouble)).to(GetParam()).mul(x.narrow(1, 2 * 4999, 2 * 4999));
  const at::Tensor got = cpu::silu_mul(x);
  if (GetParam() == at::kFloat) {
    EXPECT_LE(largest_difference(got, want), 6e-6);
  } else {
    EXPECT_LE(got.ne(want).to(at::kFloat).mean().item<double>(), 0.002)
        << "fp32 rounds now and then elsewhere";
  }
}

TEST_P(DecoderKernels, SiluMulTreatsEachElementAlone) {
  const at::Tensor x = random_tensor({3, 2 * 37}, GetParam(), 5.0);
  const at::Tensor all = cpu::silu_mul(x);
  for (std::int64_t i = 0; i < 37; ++i) {
    const at::Tensor one = at::stack({x.select(1, i), x.select(1, 37 + i)}, 1);
    EXPECT_TRUE(same_bits(cpu::silu_mul(one), all.narrow(1, i, 1)));
  }
  const at::Tensor far = at::tensor({-200.0, 200.0, 1.0, 1.0}).to(GetParam()).view({1, 4});
  const at::Tensor far_silu = cpu::silu_mul(far);
  EXPECT_EQ(far_silu[0][0].item<double>(), 0.0);
  EXPECT_EQ(far_silu[0][1].item<double>(), 200.0);
}

INSTANTIATE_TEST_SUITE_P(Types, DecoderKernels, ::testing::Values(at::kFloat, at::kBFloat16, at::kHalf),
                         [](const auto& one) { return std::string(c10::toString(one.param)); });

TEST(Matvec, GivesEveryRowsProductRoundedToBf16) {
  for (const std::int64_t k : {31, 32, 96, 257}) {
    for (const std::int64_t n : {1, 3, 4, 1027}) {
      const at::Tensor x = random_tensor({3, k}, at::kBFloat16);
      const at::Tensor weight = random_tensor({n, k}, at::kBFloat16, 1.0, 8);
      const at::Tensor exact = at::linear(x.to(at::kDouble), weight.to(at::kDouble));
      const at::Tensor got = cpu::matvec(x, weight);
      EXPECT_TRUE(same_bits(got, got.to(at::kBFloat16).to(at::kFloat))) << "rounded to bf16";
      EXPECT_LE(largest_difference(got, exact), 0.02 + exact.abs().max().item<double>() / 128)
          << k << " " << n;
    }
  }
}

TEST(Matvec, DoesNotDependOnARowsNeighbours) {
  const at::Tensor x = random_tensor({9, 530}, at::kBFloat16);
  const at::Tensor weight = random_tensor({67, 530}, at::kBFloat16, 1.0, 8);
  const at::Tensor all = cpu::matvec(x, weight);
  for (std::int64_t row = 0; row < 67; ++row) {
    EXPECT_TRUE(same_bits(cpu::matvec(x, weight.narrow(0, row, 1).contiguous()), all.narrow(1, row, 1)));
  }
  for (std::int64_t row = 0; row < 9; ++row) {
    EXPECT_TRUE(same_bits(cpu::matvec(x.narrow(0, row, 1), weight), all.narrow(0, row, 1)));
  }
}

}  // namespace
}  // namespace fovea
