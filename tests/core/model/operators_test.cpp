// libtorch's operators beside our own kernels, on the processor.

#include "core/device/compute.h"
#include "core/model/vision_attention.h"
#include "tensor_compare.h"

#include <cmath>
#include <vector>

#include <ATen/ops/cos.h>
#include <ATen/ops/sin.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;
using test::same_bits;

class Operators : public ::testing::TestWithParam<at::ScalarType> {
 protected:
  at::ScalarType type() const { return GetParam(); }
  /// What a rounding of numbers up to `size` may make of the last bit of a sum.
  double rounding(double size) const { return size * (type() == at::kFloat ? 4e-6 : 0.02); }

  const std::shared_ptr<const Compute> own_ = own_kernels();
  const std::shared_ptr<const Compute> operators_ = libtorch_operators(at::kCPU);
};

TEST_P(Operators, NormAndActivateAsOurKernels) {
  const at::Tensor x = random_tensor({7, 96}, type(), 3.0);
  const at::Tensor weight = random_tensor({96}, type(), 1.5, 2);
  EXPECT_LE(largest_difference(operators_->rms_norm(x, weight, 1e-6), own_->rms_norm(x, weight, 1e-6)),
            rounding(3));
  at::Tensor mine = x.clone();
  at::Tensor theirs = x.clone();
  const at::Tensor delta = random_tensor({7, 96}, type(), 1.0, 3);
  const at::Tensor want = own_->add_rms_norm(mine, delta, weight, 1e-6);
  EXPECT_LE(largest_difference(operators_->add_rms_norm(theirs, delta, weight, 1e-6), want), rounding(3));
  EXPECT_TRUE(same_bits(theirs, mine));
  EXPECT_LE(largest_difference(operators_->silu_mul(x), own_->silu_mul(x)), rounding(9));
}

TEST_P(Operators, TurnAndFindTheSameKeysInWhateverPages) {
  const std::int64_t heads = 6, kv = 2, dim = 32;
  for (const auto& [halves, kept] : std::vector<std::pair<bool, at::ScalarType>>{
           {true, type()}, {false, type()}, {true, at::kHalf}, {false, at::kBFloat16}, {true, at::kChar}}) {
    // Keys that differ by a rounding may be other integers, a 127th of the largest apart.
    const double more = kept == at::kChar ? 0.05 : kept == type() ? 0.0 : 0.02;
    const std::int64_t pairs = halves ? dim / 2 : dim / 4;
    const at::Tensor norm = halves ? random_tensor({dim}, type(), 1.5, 4) : at::Tensor();
    const DecoderHeads layout{heads, kv,   dim, halves ? RopeStyle::kHalves : RopeStyle::kInterleaved,
                              norm,  norm, 1e-6};
    const KvPages own_pages = own_->make_pages(8, kv, dim, kept);
    const KvPages pages = operators_->make_pages(8, kv, dim, kept);
    // Two sequences, 0 … 99 and 0 … 4, of which the first is written in chunks; then rows of both at once.
    const std::vector<std::int32_t> first = {5, 0, 7, 2}, second = {6};
    unsigned seed = 10;
    const auto feed = [&](const std::vector<PagedRows>& rows, const std::vector<PagedRows>& wanted) {
      std::int64_t n = 0;
      for (const PagedRows& part : rows) n += part.rows;
      const at::Tensor qkv = random_tensor({n, (heads + 2 * kv) * dim}, type(), 2.0, ++seed);
      const at::Tensor angle = random_tensor({n, pairs}, at::kFloat, 3.0, ++seed);
      const at::Tensor cos = at::cos(angle).to(type());
      const at::Tensor sin = at::sin(angle).to(type());
      const at::Tensor own_q = own_->rotate_into_pages(qkv, cos, sin, layout, own_->place(rows), own_pages);
      const at::Tensor q =
          operators_->rotate_into_pages(qkv, cos, sin, layout, operators_->place(rows), pages);
      ASSERT_EQ(q.sizes(), own_q.sizes());
      EXPECT_LE(largest_difference(q, own_q), rounding(4));
      const double scale = 1.0 / std::sqrt(static_cast<double>(dim));
      const at::Tensor want = own_->paged_attention(own_q, own_pages, own_->place(wanted), scale);
      const at::Tensor got = operators_->paged_attention(q, pages, operators_->place(wanted), scale);
      ASSERT_EQ(got.sizes(), want.sizes());
      EXPECT_LE(largest_difference(got, want), rounding(3) + more) << c10::toString(kept);
    };
    const std::vector<PagedRows> begin = {{0, 40, 0, first}};
    feed(begin, begin);
    const std::vector<PagedRows> both = {{0, 60, 40, first}, {60, 5, 0, second}};
    feed(both, {{57, 3, 97, first}, {64, 1, 4, second}});
    const std::vector<PagedRows> decode = {{0, 1, 100, first}, {1, 1, 5, second}};
    feed(decode, decode);
  }
}

TEST_P(Operators, LookAsOurKernels) {
  const std::int64_t heads = 3, dim = 24, n = 24, side = 7;
  const std::vector<VisionGrid> grids = {{1, 4, 6}};
  VisionConfig config;
  config.hidden_size = heads * dim;
  config.num_heads = heads;
  const at::Tensor coordinates = patch_coordinates(grids, 2);
  const VisionRope rope = vision_rope(coordinates, config);
  const at::Tensor qkv = random_tensor({n, 3 * heads * dim}, type(), 2.0);
  EXPECT_TRUE(same_bits(operators_->rotate_vision(qkv, rope.cos, rope.sin, heads),
                        own_->rotate_vision(qkv, rope.cos, rope.sin, heads)));
  const at::Tensor table = random_tensor({side * side, 40}, type(), 1.0, 5);
  at::Tensor mine = random_tensor({n, 40}, type(), 1.0, 6);
  at::Tensor theirs = mine.clone();
  own_->add_bilinear_positions(mine, table, coordinates, side, 4, 6);
  operators_->add_bilinear_positions(theirs, table, coordinates, side, 4, 6);
  EXPECT_TRUE(same_bits(theirs, mine));
}

INSTANTIATE_TEST_SUITE_P(Types, Operators, ::testing::Values(at::kFloat, at::kBFloat16),
                         [](const auto& one) { return one.param == at::kFloat ? "fp32" : "bf16"; });

}  // namespace
}  // namespace fovea
