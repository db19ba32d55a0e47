#include "core/input/vision/vision_processor.h"

#include "core/input/vision/video_loader.h"
#include "tests/core/vision/test_files.h"

#include <filesystem>

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

VisionProcessor processor_of(const std::string& family) {
  auto config = load_processor_config(std::filesystem::path("tests/core/vision/processors") / family);
  if (!config) throw std::runtime_error(config.error().text());
  return VisionProcessor(*config);
}

RgbImage grey_picture(int width, int height) {
  return {
      width, height,
      std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 100)};
}

struct Size {
  int width, height, qwen_width, qwen_height, qwen_tokens, glm_width, glm_height, glm_tokens;
};

// With the published budgets of both families.
constexpr Size kSizes[] = {{32, 32, 256, 256, 64, 84, 84, 9},
                           {448, 448, 448, 448, 196, 448, 448, 256},
                           {640, 480, 640, 480, 300, 644, 476, 391},
                           {1024, 1024, 1024, 1024, 1024, 1036, 1036, 1369},
                           {1280, 720, 1280, 704, 880, 1288, 728, 1196},
                           {1920, 1080, 1920, 1088, 2040, 1932, 1092, 2691},
                           {2048, 2048, 2048, 2048, 4096, 2044, 2044, 5329},
                           {3840, 2160, 3840, 2176, 8160, 2912, 1624, 6032},
                           {4096, 4096, 4096, 4096, 16384, 2184, 2184, 6084}};

TEST(VisionProcessor, PlansSizesWithThePublishedBudgets) {
  const VisionProcessor qwen = processor_of("qwen3vl");
  const VisionProcessor glm = processor_of("glm46v");
  for (const Size& size : kSizes) {
    SCOPED_TRACE(std::to_string(size.width) + "x" + std::to_string(size.height));
    const auto by_qwen = qwen.plan_image(size.width, size.height, {});
    const auto by_glm = glm.plan_image(size.width, size.height, {});
    ASSERT_TRUE(by_qwen && by_glm);
    EXPECT_EQ(size.qwen_width, by_qwen->resized_width);
    EXPECT_EQ(size.qwen_height, by_qwen->resized_height);
    EXPECT_EQ(size.qwen_tokens, by_qwen->tokens);
    EXPECT_EQ(size.glm_width, by_glm->resized_width);
    EXPECT_EQ(size.glm_height, by_glm->resized_height);
    EXPECT_EQ(size.glm_tokens, by_glm->tokens);
  }
}

TEST(VisionProcessor, AStripIsRefusedNotDividedByZero) {
  for (const std::string family : {"qwen3vl", "glm46v"}) {
    const VisionProcessor processor = processor_of(family);
    EXPECT_TRUE(processor.plan_image(1, 1, {}));
    for (const auto& [width, height] :
         {std::pair(1, 100000), std::pair(100000, 1), std::pair(0, 5), std::pair(5, -1)}) {
      const auto plan = processor.plan_image(width, height, {});
      ASSERT_FALSE(plan) << family << width << "x" << height;
      EXPECT_EQ(ErrorCode::kInvalidImage, plan.error().code);
    }
  }
}

TEST(VisionProcessor, TheRequestsBudgetGoesBeforeTheCheckpoints) {
  const VisionProcessor qwen = processor_of("qwen3vl");
  EXPECT_EQ(1024 * 1024, qwen.plan_image(2048, 2048, {0, 1024 * 1024})->resized_width * 1024);
  EXPECT_EQ(2048, qwen.plan_image(100, 100, {2048 * 2048, 0})->resized_width);
  // Below the checkpoint's own least, and above its most.
  EXPECT_LE(qwen.plan_image(2048, 2048, {0, 10000})->tokens, 9);
  EXPECT_GE(qwen.plan_image(2048, 2048, {64'000'000, 0})->tokens, 62500);
}

TEST(VisionProcessor, BudgetsOutOfRangeNameTheirField) {
  const VisionProcessor qwen = processor_of("qwen3vl");
  const std::vector<std::pair<PixelBudget, std::string>> wrong = {
      {{-1, 0}, "min_pixels"}, {{0, -1}, "max_pixels"}, {{2000, 1000}, "min_pixels"}};
  for (const auto& [budget, field] : wrong) {
    const auto plan = qwen.plan_image(100, 100, budget);
    ASSERT_FALSE(plan);
    EXPECT_EQ(ErrorCode::kInvalidArgument, plan.error().code);
    EXPECT_EQ(field, plan.error().field);
  }
  for (const std::int64_t huge : {std::int64_t{1} << 36, INT64_MAX}) {
    const auto plan = qwen.plan_image(100, 100, {huge, 0});
    ASSERT_FALSE(plan);
    EXPECT_EQ(ErrorCode::kTooLarge, plan.error().code);
  }
}

TEST(VisionProcessor, PatchesGoByBlocksAndChannels) {
  // A picture that has the right size already: each pixel says where it was.
  RgbImage image{64, 64, {}};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      image.pixels.insert(image.pixels.end(),
                          {static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 200});
    }
  }
  const auto result = processor_of("qwen3vl").process_image(image, {4096, 4096});
  ASSERT_TRUE(result) << test::said(result);
  ASSERT_EQ((std::vector<std::int64_t>{16, 1536}), result->patches.sizes().vec());
  const auto value = [&](std::int64_t row, std::int64_t column) {
    return result->patches.const_data_ptr<float>()[row * 1536 + column];
  };
  const auto normal = [](int byte) { return (static_cast<float>(byte) - 127.5F) / 127.5F; };
  // Row 6: second block across, its lower left patch; pixel (5, 3) of it lies at x 32+5, y 16+3.
  const std::int64_t at = 3 * 16 + 5;
  EXPECT_EQ(normal(37), value(6, at));
  EXPECT_EQ(normal(37), value(6, 256 + at));
  EXPECT_EQ(normal(19), value(6, 512 + at));
  EXPECT_EQ(normal(200), value(6, 1024 + at));
}

TEST(VisionProcessor, PixelsMustMatchTheirSize) {
  RgbImage image = grey_picture(10, 10);
  image.pixels.pop_back();
  const auto result = processor_of("qwen3vl").process_image(image, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(ErrorCode::kInvalidImage, result.error().code);
}

TEST(VisionProcessor, WithoutClipSettingsClipsAreUnsupported) {
  VisionProcessorConfig config = processor_of("qwen3vl").config();
  config.video.reset();
  VideoInput clip;
  clip.path = "tests/data/images/clip.mp4";
  const auto result = VisionProcessor(config).process_video(clip, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(ErrorCode::kUnsupported, result.error().code);
}

TEST(VisionProcessor, AClipGivesTheSameAtFirstAndWhenItIsKnown) {
  const std::filesystem::path copy = std::filesystem::path(testing::TempDir()) / "at_first.mp4";
  std::filesystem::copy_file("tests/data/images/clip.mp4", copy,
                             std::filesystem::copy_options::overwrite_existing);
  VideoInput clip;
  clip.path = copy.string();
  ASSERT_TRUE(promised_video(clip)) << "it is not known yet";
  const auto first = processor_of("glm46v").process_video(clip, {});
  ASSERT_TRUE(first) << test::said(first);
  EXPECT_FALSE(promised_video(clip));
  const auto again = processor_of("glm46v").process_video(clip, {});
  ASSERT_TRUE(again) << test::said(again);
  EXPECT_EQ(first->seen.frame_indices, again->seen.frame_indices);
  EXPECT_EQ(first->timestamps, again->timestamps);
  EXPECT_TRUE(at::equal(first->patches, again->patches));
  std::filesystem::remove(copy);
}

TEST(VisionProcessor, AClipOfOneFrame) {
  VideoInput clip;
  clip.frames = std::make_shared<const std::vector<RgbImage>>(1, grey_picture(40, 40));
  clip.frames_per_second = 2.0;
  const auto by_qwen = processor_of("qwen3vl").process_video(clip, {});
  ASSERT_FALSE(by_qwen);
  EXPECT_EQ(ErrorCode::kInvalidVideo, by_qwen.error().code);
  // GLM's sampler shows it twice.
  const auto by_glm = processor_of("glm46v").process_video(clip, {});
  ASSERT_TRUE(by_glm) << test::said(by_glm);
  EXPECT_EQ((std::vector<std::int64_t>{0, 0}), by_glm->seen.frame_indices);
}

}  // namespace
}  // namespace fovea
