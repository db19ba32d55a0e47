#include "core/model/mrope_positions.h"

#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using ::testing::ElementsAre;

constexpr std::int32_t kImage = 100;
constexpr std::int32_t kVideo = 101;
constexpr std::int32_t kOpen = 102;
constexpr std::int32_t kClose = 103;

ModelConfig config_of(ModelFamily family) {
  ModelConfig config;
  config.family = family;
  config.vision.spatial_merge_size = 2;
  config.image_token_id = kImage;
  config.video_token_id = kVideo;
  config.video_start_token_id = kOpen;
  config.video_end_token_id = kClose;
  return config;
}

std::vector<std::int32_t> text(std::size_t n) {
  return std::vector<std::int32_t>(n, 7);
}
void append(std::vector<std::int32_t>& ids, std::size_t n, std::int32_t id) {
  ids.insert(ids.end(), n, id);
}

TEST(RopePositions, CountUpOverText) {
  const auto out = rope_positions(text(5), config_of(ModelFamily::kQwen3Vl), {}, {});
  ASSERT_TRUE(out);
  for (const auto& axis : out->axes) EXPECT_THAT(axis, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(out->delta, 0);
}

/// The worked example of models.md 7: a photo of 730 × 530 for GLM, 391 image tokens in a prompt of 402.
TEST(RopePositions, AreThoseOfTheWorkedExample) {
  std::vector<std::int32_t> ids = text(4);
  append(ids, 391, kImage);
  append(ids, 7, 7);
  const std::vector<VisionGrid> grids = {{1, 34, 46}};
  const auto out = rope_positions(ids, config_of(ModelFamily::kGlm4v), grids, {});
  ASSERT_TRUE(out) << out.error().text();
  const auto at = [&](std::size_t i) {
    return std::vector{out->axes[0][i], out->axes[1][i], out->axes[2][i]};
  };
  EXPECT_THAT(at(4), ElementsAre(4, 4, 4));
  EXPECT_THAT(at(394), ElementsAre(4, 20, 26));
  EXPECT_THAT(at(395), ElementsAre(27, 27, 27));
  EXPECT_THAT(at(401), ElementsAre(33, 33, 33));
  EXPECT_EQ(out->delta, -368);
}

TEST(RopePositions, GiveEachFrameOfAClipItsOwnRun) {
  std::vector<std::int32_t> ids;
  for (int frame = 0; frame < 2; ++frame) {
    append(ids, 1, 7);
    append(ids, 4, kVideo);
  }
  const std::vector<VisionGrid> clip = {{2, 4, 4}};
  const auto out = rope_positions(ids, config_of(ModelFamily::kQwen3Vl), {}, clip);
  ASSERT_TRUE(out) << out.error().text();
  EXPECT_THAT(out->axes[0], ElementsAre(0, 1, 1, 1, 1, 3, 4, 4, 4, 4));
  EXPECT_THAT(out->axes[1], ElementsAre(0, 1, 1, 2, 2, 3, 4, 4, 5, 5));
  EXPECT_THAT(out->axes[2], ElementsAre(0, 1, 2, 1, 2, 3, 4, 5, 4, 5));
  EXPECT_EQ(out->delta, 6 - 10);
}

TEST(RopePositions, TakeGlmsPictureTokensBetweenVideoDelimitersForFrames) {
  std::vector<std::int32_t> ids = {kImage, 7, kOpen};
  append(ids, 4, kImage);
  append(ids, 1, kClose);
  const auto slots = find_vision_slots(ids, config_of(ModelFamily::kGlm4v));
  EXPECT_THAT(slots.image, ElementsAre(0));
  EXPECT_THAT(slots.video, ElementsAre(3, 4, 5, 6));
}

TEST(RopePositions, RefuseRunsThatDoNotFitTheirGrids) {
  std::vector<std::int32_t> ids = text(1);
  append(ids, 3, kImage);
  const ModelConfig config = config_of(ModelFamily::kQwen3Vl);
  const std::vector<VisionGrid> four = {{1, 4, 4}};
  EXPECT_FALSE(rope_positions(ids, config, four, {})) << "one token short";
  EXPECT_FALSE(rope_positions(ids, config, {}, {})) << "no grid";
  EXPECT_FALSE(rope_positions(text(3), config, four, {})) << "a grid without tokens";
}

}  // namespace
}  // namespace fovea
