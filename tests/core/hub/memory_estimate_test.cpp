#include "core/hub/memory_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing::HasSubstr;

/// Qwen3-VL-2B as published.
ModelEntry qwen_2b() {
  ModelEntry entry;
  entry.name = "Qwen/Qwen3-VL-2B-Instruct";
  entry.dtype = "bf16";
  entry.parameters = 2'127'532'032;
  entry.hidden_size = 2048;
  entry.intermediate_size = 6144;
  entry.vocabulary = 151936;
  entry.decoder_layers = 28;
  entry.context_tokens = 262144;
  entry.kv_elements_per_token = 2 * 28 * 8 * 128;
  entry.head_size = 128;
  entry.layer_weights = layer_weights(entry, 16, 8, 128);
  entry.tied_head = true;
  return entry;
}

TEST(MemoryEstimate, AddsUpWeightsCacheAndPrompt) {
  const MemoryEstimate estimate = estimate_memory(qwen_2b(), ComputeType::kAuto, 32768);
  EXPECT_EQ(estimate.compute_type, ComputeType::kBFloat16);
  EXPECT_EQ(estimate.weights, 4'255'064'064U);
  EXPECT_EQ(estimate.kv_cache, 32768U * 114688U);  // bytes a token as published sizes give them
  EXPECT_EQ(estimate.activations, 32768U * (4 * 2048 + 3 * 6144) * 2 + 4 * 151936);
  EXPECT_EQ(estimate.program, kProgramBytes);
  EXPECT_EQ(estimate_memory(qwen_2b(), ComputeType::kAuto, 32768, {}, 5).program, 5U) << "as measured";
  EXPECT_EQ(estimate.total(), estimate.weights + estimate.kv_cache + estimate.activations + estimate.program);
}

TEST(MemoryEstimate, FollowsTypeAndContext) {
  ModelEntry entry = qwen_2b();
  EXPECT_EQ(estimate_memory(entry, ComputeType::kFloat32, 0).weights, 8'510'128'128U);
  EXPECT_EQ(estimate_memory(entry, ComputeType::kFloat32, 0).context_tokens, kUsualContext);
  EXPECT_EQ(estimate_memory(entry, ComputeType::kFloat32, 0).kv_cache, 8192U * 114688U * 2);
  entry.context_tokens = 4096;
  EXPECT_EQ(estimate_memory(entry, ComputeType::kAuto, 0).context_tokens, 4096);
  EXPECT_EQ(estimate_memory(entry, ComputeType::kAuto, 1'000'000).context_tokens, 4096);
  entry.dtype = "fp32";
  EXPECT_EQ(estimate_memory(entry, ComputeType::kAuto, 0).compute_type, ComputeType::kFloat32);
  entry.dtype = "fp16";
  EXPECT_EQ(estimate_memory(entry, ComputeType::kAuto, 0).compute_type, ComputeType::kBFloat16);
}

TEST(MemoryEstimate, CountsKeysAndValuesAsTheyAreKept) {
  const auto kept = [](KvCacheType type) {
    return estimate_memory(qwen_2b(), ComputeType::kFloat32, 1000, {}, kProgramBytes, type).kv_cache;
  };
  EXPECT_EQ(kept(KvCacheType::kAuto), 1000U * 2 * 28 * 8 * 128 * 4);
  EXPECT_EQ(kept(KvCacheType::kFloat16), 1000U * 2 * 28 * 8 * 128 * 2);
  EXPECT_EQ(kept(KvCacheType::kInt8), 1000U * 2 * 28 * 8 * (128 + 4)) << "a scale for each";
}

TEST(MemoryEstimate, KnowsTheWorstMomentOfLoading) {
  ModelEntry entry = qwen_2b();
  const std::uint64_t gate_up = 2ULL * 6144 * 2048 * 2;
  const MemoryEstimate bf16 = estimate_memory(entry, ComputeType::kAuto, 0);
  EXPECT_EQ(bf16.loading, bf16.weights + gate_up) << "a matrix and its packed copy";
  const MemoryEstimate int4 = estimate_memory(entry, ComputeType::kAuto, 0, {WeightFormat::kInt4});
  EXPECT_EQ(int4.loading, int4.weights + gate_up) << "a matrix and its integers";
  const MemoryEstimate fp32 = estimate_memory(entry, ComputeType::kFloat32, 0);
  EXPECT_EQ(fp32.loading, fp32.weights) << "early, the embedding twice, is less than all at the end";
  entry.integers = WeightOptions{WeightFormat::kInt4, 32};
  const MemoryEstimate stored = estimate_memory(entry, ComputeType::kAuto, 0, {WeightFormat::kInt8});
  EXPECT_EQ(stored.weights, int4.weights) << "as they are, whatever is asked for";
  EXPECT_EQ(stored.loading, stored.weights);
  EXPECT_EQ(stored.loading_peak(), stored.loading + kProgramBytes);
}

TEST(MemoryEstimate, CountsWeightsHeldAsIntegersWithTheirScales) {
  const ModelEntry entry = qwen_2b();
  const std::uint64_t layers = 28ULL * (2048 * 128 * (2 * 16 + 2 * 8) + 3 * 2048 * 6144);
  const std::uint64_t embedding = 151936ULL * 2048;
  const std::uint64_t rest = 2'127'532'032U - layers;
  EXPECT_EQ(static_cast<std::uint64_t>(entry.layer_weights), layers);
  const auto weights = [&entry](const WeightOptions& held) {
    return estimate_memory(entry, ComputeType::kBFloat16, 0, held).weights;
  };
  WeightOptions held;
  held.format = WeightFormat::kInt8;
  EXPECT_EQ(weights(held), layers + layers / 128 * 2 + 2 * rest);
  held.group = 32;
  EXPECT_EQ(weights(held), layers + layers / 32 * 2 + 2 * rest);
  held.format = WeightFormat::kInt4;
  EXPECT_EQ(weights(held), layers / 2 + layers / 32 * 2 + 2 * rest);
  held.head = true;  // the embedding stays
  EXPECT_EQ(weights(held), (layers + embedding) / 2 + (layers + embedding) / 32 * 2 + 2 * rest);
  held.head = false;
  held.vision = true;
  const std::uint64_t small = layers + rest - embedding;
  EXPECT_NEAR(static_cast<double>(weights(held)), 4.5 / 8 * static_cast<double>(small) + 2.0 * embedding,
              2.0);
  EXPECT_EQ(weights({}), 4'255'064'064U);
}

TEST(MemoryEstimate, CountsIntegersOfOtherProgramsAsTheyAreHeld) {
  ModelEntry entry = qwen_2b();
  entry.published = WeightOptions{WeightFormat::kInt8, 128};
  entry.published_bits = 4;
  entry.published_weights = 1'000'000'000;
  const std::uint64_t rest = 2'127'532'032U - 1'000'000'000U;
  const MemoryEstimate kept = estimate_memory(entry, ComputeType::kBFloat16, 0);
  EXPECT_EQ(kept.held.format, WeightFormat::kInt8);
  EXPECT_EQ(kept.weights, 2 * rest + 1'015'625'000U);
  EXPECT_EQ(estimate_memory(entry, ComputeType::kBFloat16, 0, {WeightFormat::kFloat}).weights,
            4'255'064'064U);
  entry.published = WeightOptions{WeightFormat::kFloat};
  EXPECT_EQ(estimate_memory(entry, ComputeType::kBFloat16, 0).weights, 4'255'064'064U);
}

TEST(MemoryEstimate, SaysWhetherAndWhyNot) {
  const MemoryEstimate bf16 = estimate_memory(qwen_2b(), ComputeType::kBFloat16, 8192);
  const MemoryEstimate fp32 = estimate_memory(qwen_2b(), ComputeType::kFloat32, 8192);
  const auto free = [](std::uint64_t bytes, std::uint64_t total) {
    return AvailableMemory{total, bytes, false};
  };
  EXPECT_TRUE(judge(bf16, free(bf16.total(), bf16.total())).fits);
  MemoryVerdict verdict = judge(bf16, free(bf16.total() - 1, 64'000'000'000));
  EXPECT_FALSE(verdict.fits);
  EXPECT_THAT(verdict.text, HasSubstr("needs about 5.9 GB"));
  EXPECT_THAT(verdict.text, HasSubstr("other programs"));
  EXPECT_THAT(judge(fp32, free(bf16.total(), bf16.total())).text, HasSubstr("fits in bf16"));
  EXPECT_THAT(judge(bf16, free(5'500'000'000, 5'600'000'000)).text, HasSubstr("shorter context"));
  EXPECT_THAT(judge(bf16, free(1'000'000'000, 2'000'000'000)).text,
              HasSubstr("the weights alone take 4.3 GB"));
  verdict = judge(bf16, AvailableMemory{2'000'000'000, 1'000'000'000, true});
  EXPECT_THAT(verdict.text, HasSubstr("1.0 GB are free under this process's limit of 2.0 GB"));
}

TEST(MemoryEstimate, WritesBytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(9'949), "9.9 kB");
  EXPECT_EQ(bytes_text(9'950), "10 kB");
  EXPECT_EQ(bytes_text(999'499), "999 kB");
  EXPECT_EQ(bytes_text(999'500), "1.0 MB");
  EXPECT_EQ(bytes_text(20'590'000'000), "21 GB");
  EXPECT_EQ(bytes_text(18'446'744'073'709'551'615ULL), "18446744 TB");
}

}  // namespace
}  // namespace fovea
