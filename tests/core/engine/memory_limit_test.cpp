// The model in the box under EngineOptions::memory_bytes.
#include "collected.h"
#include "core/api/engine.h"
#include "core/device/process_memory.h"
#include "picture_questions.h"

#include <memory>
#include <regex>
#include <string>

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
  // As fp32 the weights take 41.8 MB.
  const auto tight = loaded(process_memory().resident + 40'000'000);
  ASSERT_FALSE(tight);
  EXPECT_THAT(tight.error().remedy, testing::HasSubstr("--weights int8"));
}

TEST(MemoryLimit, CachesTakeOnlyWhatIsLeft) {
  const auto free = loaded(0);
  ASSERT_TRUE(free) << free.error().text();
  const std::uint64_t held = process_memory().resident;
  const auto bound = loaded((held + 100'000'000) / 9 * 10);
  ASSERT_TRUE(bound) << bound.error().text();
  EXPECT_LT((*bound)->metrics().kv_blocks_total, (*free)->metrics().kv_blocks_total);
  const EngineMetrics metrics = (*bound)->metrics();
  EXPECT_LE(metrics.memory_limit_bytes, held + 100'000'000);
  EXPECT_LT(metrics.memory_planned_bytes, metrics.memory_limit_bytes);
}

TEST(MemoryLimit, APictureThatDoesNotFitIsRefusedWithASizeThatWould) {
  std::uint64_t held = 0;
  {
    const auto first = loaded(0);
    ASSERT_TRUE(first) << first.error().text();
    held = process_memory().resident;
  }
  const auto bound = loaded((held + 60'000'000) / 9 * 10);
  ASSERT_TRUE(bound) << bound.error().text();
  GenerationRequest request = test::asking_about("What is this?", {"resources/samples/form.png"}, 4);
  request.image_budget.min_pixels = 2048 * 2048;
  request.image_budget.max_pixels = 2100 * 2100;
  test::Collected large;
  ASSERT_TRUE((*bound)->submit(request, large.sink()));
  large.wait();
  ASSERT_TRUE(large.failed());
  const Error error = large.failed()->error;
  EXPECT_EQ(error.code, ErrorCode::kOutOfMemory);
  std::smatch pixels;
  ASSERT_TRUE(std::regex_search(error.remedy, pixels, std::regex("about ([0-9]+) pixels"))) << error.text();
  request.image_budget.min_pixels = 1;
  request.image_budget.max_pixels = std::stoll(pixels[1]);
  test::Collected small;
  ASSERT_TRUE((*bound)->submit(request, small.sink()));
  small.wait();
  EXPECT_TRUE(small.finished()) << small.failed()->error.text();
}

}  // namespace
}  // namespace fovea
