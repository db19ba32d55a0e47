#include "core/engine/kv_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(KvBudget, TakesWhatItIsGiven) {
  EngineOptions options;
  options.kv_cache_bytes = 1'000'000;
  EXPECT_EQ(plan_kv_blocks(options, 1 << 20, 32, 3'200, 0).value(), 312);
}

TEST(KvBudget, TakesAShareOfWhatIsFree) {
  EXPECT_EQ(plan_kv_blocks({}, 1 << 20, 32, 1'000, 1'000'000).value(), 500);
}

TEST(KvBudget, TakesNoMoreThanAFullBatchCanUse) {
  EXPECT_EQ(plan_kv_blocks({}, 100, 32, 1, 1'000'000'000).value(), 4 * 64) << "four blocks a request";
  EngineOptions options;
  options.scheduling.max_batch = 200;
  EXPECT_EQ(plan_kv_blocks(options, 100, 32, 1, 1'000'000'000).value(), 4 * 200);
}

TEST(KvBudget, SaysWhenNothingFits) {
  EngineOptions options;
  options.kv_cache_bytes = 100;
  const auto blocks = plan_kv_blocks(options, 100, 32, 3'200, 1'000'000);
  ASSERT_FALSE(blocks);
  EXPECT_EQ(blocks.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(blocks.error().message, ::testing::HasSubstr("3200"));
}

}  // namespace
}  // namespace fovea
