// The model in the box under EngineOptions::memory_bytes.
#include "core/api/engine.h"
#include "core/device/process_memory.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

Result<std::unique_ptr<Engine>> loaded(std::uint64_t memory_bytes) {
  EngineOptions options;
  options.model_folder = "resources/models/fovea-mini";
  options.memory_bytes = memory_bytes;
  return load_local_engine(options, [](const LoadProgress&) { return true; });
}

TEST(MemoryLimit, AModelOverItIsRefusedWithWhatWouldFit) {
  const auto none = loaded(1'000'000);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(none.error().field, "memory_bytes");
  EXPECT_THAT(none.error().message, testing::HasSubstr("may hold 1 MB"));
  EXPECT_THAT(none.error().remedy, testing::HasSubstr("smaller model"));
  // 10 M numbers: as fp32 40 MB, as int8 10 MB.
  const auto tight = loaded(20'000'000);
  ASSERT_FALSE(tight);
  EXPECT_THAT(tight.error().remedy, testing::HasSubstr("--weights int8"));
}

TEST(MemoryLimit, CachesTakeOnlyWhatIsLeft) {
  const auto free = loaded(0);
  ASSERT_TRUE(free) << free.error().text();
  const std::uint64_t held = process_memory().resident;
  const auto bound = loaded(held + 60'000'000);
  ASSERT_TRUE(bound) << bound.error().text();
  EXPECT_LT((*bound)->metrics().kv_blocks_total, (*free)->metrics().kv_blocks_total);
}

}  // namespace
}  // namespace fovea
