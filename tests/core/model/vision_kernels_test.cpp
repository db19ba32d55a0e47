#include "core/device/cpu/vision_kernels.h"

#include "core/device/compute.h"
#include "core/device/cpu/activation_kernels.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/position_kernels.h"
#include "core/device/cpu/rope_kernels.h"
#include "core/model/vision_attention.h"
#include "tensor_compare.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::largest_difference;
using test::random_tensor;
using test::same_bits;

TEST(PatchCoordinates, GoByMergeBlocksAndRepeatForFrames) {
  const std::vector<VisionGrid> grids = {{2, 2, 4}};
  const at::Tensor c = patch_coordinates(grids, 2);
  const std::vector<std::int64_t> rows = {0, 0, 1, 1, 0, 0, 1, 1};
  const std::vector<std::int64_t> columns = {0, 1, 0, 1, 2, 3, 2, 3};
  ASSERT_EQ(c.size(1), 16);
  for (std::int64_t i = 0; i < 16; ++i) {
    EXPECT_EQ(c[0][i].item<std::int64_t>(), rows[static_cast<std::size_t>(i % 8)]);
    EXPECT_EQ(c[1][i].item<std::int64_t>(), columns[static_cast<std::size_t>(i % 8)]);
  }
}

TEST(VisionRotation, KeepsValuesAndRotatesInFp32) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const std::int64_t n = 9, heads = 3, dim = 24;
    const at::Tensor qkv = random_tensor({n, 3 * heads * dim}, type, 2.0);
    VisionConfig config;
    config.hidden_size = heads * dim;
    config.num_heads = heads;
    const std::vector<VisionGrid> grids = {{1, 3, 3}};
    const VisionRope rope = vision_rope(random_tensor({2, n}, at::kFloat, 40.0).to(at::kLong).abs(), config);
    const at::Tensor got = cpu::rotate_vision(qkv, rope.cos, rope.sin, heads);
    const at::Tensor split = qkv.view({n, 3, heads, dim}).permute({1, 2, 0, 3});
    EXPECT_TRUE(same_bits(got.select(0, 2), split.select(0, 2)));
    const at::Tensor wide = split.select(0, 0).to(at::kFloat);
    const at::Tensor turned =
        at::cat({wide.narrow(-1, dim / 2, dim / 2).neg(), wide.narrow(-1, 0, dim / 2)}, -1);
    const at::Tensor c = at::cat({rope.cos, rope.cos}, -1);
    const at::Tensor s = at::cat({rope.sin, rope.sin}, -1);
    EXPECT_TRUE(same_bits(got.select(0, 0), wide.mul(c).add(turned.mul(s)).to(type)));
  }
}

TEST(VisionAttention, DoesNotCrossFrames) {
  VisionConfig config;
  config.hidden_size = 32;
  config.num_heads = 2;
  const std::vector<VisionGrid> both = {{1, 2, 2}, {2, 2, 4}};
  const at::Tensor coordinates = patch_coordinates(both, 2);
  const VisionRope rope = vision_rope(coordinates, config);
  at::Tensor qkv = random_tensor({20, 96}, at::kFloat);
  const at::Tensor before = vision_attention(qkv, rope, both, config);
  qkv.narrow(0, 12, 8).mul_(-3.0);  // the clip's second frame
  const at::Tensor after = vision_attention(qkv, rope, both, config);
  EXPECT_TRUE(same_bits(before.narrow(0, 0, 12), after.narrow(0, 0, 12)));
  EXPECT_GT(largest_difference(before.narrow(0, 12, 8), after.narrow(0, 12, 8)), 0.01);
}

/// Two threads, as this machine may have computed with one alone, and libtorch's operators as they are.
class VisionKernels : public ::testing::TestWithParam<at::ScalarType> {
 protected:
  VisionKernels() { at::set_num_threads(2); }
  ~VisionKernels() override { at::set_num_threads(before_); }

  const int before_ = at::get_num_threads();
  const std::shared_ptr<const Compute> operators_ = libtorch_operators(at::kCPU);
};

TEST_P(VisionKernels, GiveTheBitsOfOneCallForAll) {
  if (GetParam() != at::kBFloat16) {
    const at::Tensor heads = random_tensor({3, 5, 3 * 44, 24}, GetParam(), 2.0);
    EXPECT_TRUE(same_bits(cpu::frame_attention(heads, 44, 0.2), operators_->frame_attention(heads, 44, 0.2)));
  }
  // 79 rows are three pieces.
  const at::Tensor x = random_tensor({79, 1030}, GetParam(), 3.0);
  const at::Tensor weight = random_tensor({1030}, GetParam(), 1.0, 2);
  const at::Tensor bias = random_tensor({1030}, GetParam(), 1.0, 3);
  EXPECT_TRUE(
      same_bits(cpu::layer_norm(x, weight, bias, 1e-6), operators_->layer_norm(x, weight, bias, 1e-6)));
  at::Tensor sum = x.clone();
  const at::Tensor delta = random_tensor({79, 1030}, GetParam(), 1.0, 4);
  cpu::add(sum, delta);
  EXPECT_TRUE(same_bits(sum, x.add(delta)));
  at::Tensor exact = x.clone();
  cpu::gelu(exact, false);
  EXPECT_TRUE(same_bits(exact, at::gelu(x, "none")));
}

/// Full attention of each head within each frame, in double precision.
at::Tensor attended(const at::Tensor& heads, std::int64_t frame, double scale) {
  const at::Tensor wide = heads.to(at::kDouble);
  std::vector<at::Tensor> frames;
  for (std::int64_t first = 0; first < heads.size(2); first += frame) {
    const at::Tensor part = wide.narrow(2, first, frame);
    const at::Tensor shares = part[0].matmul(part[1].transpose(1, 2)).mul(scale).softmax(-1);
    frames.push_back(shares.matmul(part[2]).transpose(0, 1));
  }
  return at::cat(frames).flatten(1);
}

/// Heads as the families have them and others; frames of whole blocks of tiles and of odd rests.
TEST_P(VisionKernels, AttendWithinAFrame) {
  for (const auto& [dim, frame] :
       {std::pair<int, int>{64, 44}, {72, 300}, {128, 256}, {24, 1}, {80, 33}, {40, 517}}) {
    const at::Tensor heads = random_tensor({3, 3, 2 * frame, dim}, GetParam(), 3.0);
    const double scale = 1.0 / std::sqrt(dim);
    const at::Tensor got = cpu::frame_attention(heads, frame, scale);
    ASSERT_EQ(got.scalar_type(), GetParam());
    // Weights are rounded to the type before they are multiplied.
    const double most = GetParam() == at::kFloat ? 2e-5 : GetParam() == at::kHalf ? 0.006 : 0.03;
    EXPECT_LT(largest_difference(got, attended(heads, frame, scale)), most) << dim << ", " << frame;
    at::set_num_threads(1);
    EXPECT_TRUE(same_bits(cpu::frame_attention(heads, frame, scale), got)) << "with one thread";
    at::set_num_threads(2);
    const at::Tensor second = cpu::frame_attention(heads.narrow(2, frame, frame), frame, scale);
    EXPECT_TRUE(same_bits(second, got.narrow(0, frame, frame))) << "a frame by itself";
  }
}

/// A score that is far above all others takes everything, wherever it stands, and none overflows.
TEST_P(VisionKernels, AttendToTheOneThatCounts) {
  const std::int64_t frame = 600;
  at::Tensor heads = random_tensor({3, 1, frame, 64}, GetParam(), 1.0);
  for (const std::int64_t key : {0, 255, 256, 599}) {
    at::Tensor one = heads.clone();
    one[0].fill_(8.0);
    one[1].fill_(-8.0);
    one[1][0][key].fill_(8.0);
    const at::Tensor got = cpu::frame_attention(one, frame, 1.0);
    EXPECT_TRUE(same_bits(got, one[2][0][key].expand({frame, 64}))) << key;
  }
}

TEST_P(VisionKernels, TakeGeluInFp32AndRoundItOnce) {
  for (const std::int64_t columns : {1, 31, 4099}) {
    const at::Tensor x = random_tensor({20, columns}, GetParam(), 9.0);
    at::Tensor got = x.clone();
    cpu::gelu(got, true);
    const at::Tensor want = at::gelu(x.to(at::kDouble), "tanh");
    const double most = GetParam() == at::kFloat ? 1e-6 : GetParam() == at::kHalf ? 1.0 / 2048 : 1.0 / 256;
    EXPECT_TRUE(got.to(at::kDouble).sub(want).abs().le(want.abs().mul(most).add(2e-6)).all().item<bool>());
  }
}

INSTANTIATE_TEST_SUITE_P(Types, VisionKernels, ::testing::Values(at::kFloat, at::kBFloat16, at::kHalf),
                         [](const auto& one) { return std::string(c10::toString(one.param)); });

TEST(OperatorsOnACrew, PassOnWhatWasThrownAndKeepTheirThreads) {
  at::set_num_threads(2);
  const auto work = [](std::int64_t i) { TORCH_CHECK(i != 3, "the fourth"); };
  EXPECT_THROW(cpu::for_operators(8, work), c10::Error);
  EXPECT_EQ(at::get_num_threads(), 2);
  std::atomic<int> done{0};
  cpu::for_operators(8, [&](std::int64_t) {
    EXPECT_EQ(at::get_num_threads(), 1);
    ++done;
  });
  EXPECT_EQ(done, 8);
}

/// Against ATen's own bilinear reading with aligned corners, at grids smaller and larger than the table, one
/// patch high and one wide.
TEST(BilinearPositions, AreThoseOfAtensInterpolation) {
  constexpr std::int64_t kSide = 12, kWidth = 20;
  const at::Tensor table = random_tensor({kSide * kSide, kWidth}, at::kFloat);
  const at::Tensor picture = table.view({kSide, kSide, kWidth}).permute({2, 0, 1}).unsqueeze(0);
  for (const auto& [h, w] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 2}, {8, 6}, {30, 14}, {2, 40}}) {
    const std::vector<VisionGrid> grids = {{1, h, w}};
    const at::Tensor coordinates = patch_coordinates(grids, 2);
    at::Tensor got = at::zeros({h * w, kWidth}, table.options());
    cpu::add_bilinear_positions(got, table, coordinates, kSide, h, w);
    const at::Tensor wide = coordinates.to(at::kFloat);
    const at::Tensor y =
        wide.select(0, 0).mul(2.0 / static_cast<double>(std::max<std::int64_t>(h - 1, 1))).sub(1.0);
    const at::Tensor x =
        wide.select(0, 1).mul(2.0 / static_cast<double>(std::max<std::int64_t>(w - 1, 1))).sub(1.0);
    const at::Tensor points = at::cat({x.unsqueeze(-1), y.unsqueeze(-1)}, -1).view({1, h * w, 1, 2});
    const at::Tensor want =
        at::grid_sampler(picture, points, 0, 1, true).squeeze(0).squeeze(-1).transpose(0, 1);
    EXPECT_LE(largest_difference(got, want), 2e-5) << h << " x " << w;
  }
}

}  // namespace
}  // namespace fovea
