#include "core/engine/memory_planner.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

/// A decoder of one layer and a tower of one block, in numbers that can be followed by hand.
ModelConfig small() {
  ModelConfig config;
  config.text.vocab_size = 1'000;
  config.text.hidden_size = 64;
  config.text.intermediate_size = 128;
  config.text.num_layers = 1;
  config.text.num_heads = 4;
  config.text.num_kv_heads = 2;
  config.text.head_dim = 16;
  config.text.rotary_dim = 16;
  config.vision.depth = 1;
  config.vision.hidden_size = 32;
  config.vision.num_heads = 2;
  config.vision.mlp_size = 64;
  config.vision.out_hidden_size = 64;
  config.vision.patch_size = 16;
  config.vision.temporal_patch_size = 2;
  config.vision.spatial_merge_size = 2;
  config.vision.deepstack_layers = {0};
  return config;
}

Checkpoint holding(StoredType type,
                   const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& tensors) {
  Checkpoint checkpoint;
  for (const auto& [name, shape] : tensors) {
    Checkpoint::Entry entry;
    entry.tensor = {name, type, shape, 0, stored_type_size(type)};
    for (const std::int64_t side : shape) entry.tensor.bytes *= static_cast<std::uint64_t>(side);
    checkpoint.tensors[name] = entry;
  }
  return checkpoint;
}

const std::string kLayer = "model.language_model.layers.0.";

/// 64 000 numbers of an embedding, a layer of 12 288 + 8 192 in two matrices, a norm of 64.
Checkpoint small_checkpoint(StoredType type) {
  return holding(type, {{"model.language_model.embed_tokens.weight", {1'000, 64}},
                        {kLayer + "self_attn.q_proj.weight", {64, 64}},
                        {kLayer + "self_attn.k_proj.weight", {64, 64}},
                        {kLayer + "self_attn.v_proj.weight", {64, 64}},
                        {kLayer + "mlp.down_proj.weight", {64, 128}},
                        {"model.language_model.norm.weight", {64}}});
}

constexpr std::uint64_t kNumbers = 64'000 + 12'288 + 8'192 + 64;

ArithmeticPlan bf16(ProductKind products, const WeightOptions& weights = {}) {
  return {2, StoredType::kBFloat16, products, weights};
}

TEST(MemoryPlannerWeights, TakeWhatTheirTypeTakes) {
  const WeightMemory plain =
      MemoryPlanner(small(), bf16(ProductKind::kWidened)).weights(small_checkpoint(StoredType::kBFloat16));
  EXPECT_EQ(plain.held, 2 * kNumbers);
  EXPECT_EQ(plain.peak, plain.held) << "read into their place";
}

TEST(MemoryPlannerWeights, AConvertedTensorIsThereTwice) {
  const WeightMemory wide = MemoryPlanner(small(), {4, StoredType::kFloat32, ProductKind::kPlain, {}})
                                .weights(small_checkpoint(StoredType::kBFloat16));
  EXPECT_EQ(wide.held, 4 * kNumbers);
  // Of the embedding, which comes first, both; and all else is smaller than its copy of 128 000 bytes.
  EXPECT_EQ(wide.peak, std::max<std::uint64_t>(wide.held, 4 * 64'000 + 2 * 64'000));
}

TEST(MemoryPlannerWeights, APackedMatrixIsThereTwiceWhileItIsPacked) {
  const WeightMemory packed =
      MemoryPlanner(small(), bf16(ProductKind::kPacked)).weights(small_checkpoint(StoredType::kBFloat16));
  EXPECT_EQ(packed.held, 2 * kNumbers);
  // In the order of loading: embedding, down, queries to values, norm.
  EXPECT_EQ(packed.peak, 2 * (64'000 + 8'192) + 2 * 2 * 12'288);
}

TEST(MemoryPlannerWeights, IntegersCountTheirScalesAndPadding) {
  const WeightMemory four = MemoryPlanner(small(), bf16(ProductKind::kPacked, {WeightFormat::kInt4, 32}))
                                .weights(small_checkpoint(StoredType::kBFloat16));
  const std::uint64_t layer = 12'288 / 2 + 2 * 12'288 / 32 + 8'192 / 2 + 2 * 8'192 / 32;
  EXPECT_EQ(four.held, 2 * (64'000 + 64) + layer);
  EXPECT_EQ(four.peak, 2 * 64'000 + (8'192 / 2 + 2 * 8'192 / 32) + 2 * 12'288 + 12'288 / 2 + 2 * 12'288 / 32);

  const WeightMemory padded =
      MemoryPlanner(small(), bf16(ProductKind::kPacked, {WeightFormat::kInt8, 128}))
          .weights(holding(StoredType::kBFloat16, {{kLayer + "self_attn.o_proj.weight", {17, 130}}}));
  EXPECT_EQ(padded.held, 32 * 256 + 2 * 32 * 2);
}

TEST(MemoryPlannerWeights, ATiedHeadOfIntegersStandsBesideTheEmbedding) {
  WeightOptions head{WeightFormat::kInt8, 64};
  const Checkpoint tied =
      holding(StoredType::kBFloat16, {{"model.language_model.embed_tokens.weight", {160, 64}}});
  EXPECT_EQ(MemoryPlanner(small(), bf16(ProductKind::kPacked, head)).weights(tied).held, 2 * 160 * 64);
  head.head = true;
  EXPECT_EQ(MemoryPlanner(small(), bf16(ProductKind::kPacked, head)).weights(tied).held,
            2 * 160 * 64 + 160 * 64 + 2 * 160);
}

TEST(MemoryPlanner, KeysAndValuesOfAToken) {
  EXPECT_EQ(MemoryPlanner(small(), bf16(ProductKind::kPacked)).kv_token(), 2 * 2 * 16 * 2);
}

TEST(MemoryPlanner, APictureGrowsWithItsPatches) {
  const MemoryPlanner planner(small(), bf16(ProductKind::kPacked));
  const VisionGrid grid{1, 8, 8};
  EXPECT_EQ(planner.patches(grid), 64 * 3 * 2 * 16 * 16 * 4);
  EXPECT_EQ(planner.features(grid), 16 * 64 * 2 * 2) << "merged and one tap";
  EXPECT_EQ(planner.tower({1, 16, 8}), 2 * planner.tower(grid));
  EXPECT_GT(MemoryPlanner(small(), bf16(ProductKind::kWidened)).tower(grid), planner.tower(grid));
}

TEST(MemoryPlanner, AttentionIsWorkWithinAFrame) {
  const MemoryPlanner planner(small(), bf16(ProductKind::kPacked));
  EXPECT_EQ(planner.vision_work({2, 8, 8}), 2 * planner.vision_work({1, 8, 8}));
  EXPECT_GT(planner.vision_work({1, 16, 8}), 2 * planner.vision_work({1, 8, 8}));
}

}  // namespace
}  // namespace fovea
