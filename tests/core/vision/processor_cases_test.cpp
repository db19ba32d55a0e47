// Sizes, sampled frames, labels and patches against transformers' own processors; the answers are written by
// tests/oracle/make_processor_cases.py. FOVEA_PROCESSOR_CASES names another file of the same kind.

#include "core/input/vision/frame_sampler.h"
#include "core/input/vision/image_loader.h"
#include "core/input/vision/processor_config.h"
#include "core/input/vision/smart_resize.h"
#include "core/input/vision/video_loader.h"
#include "core/input/vision/vision_processor.h"
#include "tests/core/vision/sha256.h"
#include "tests/core/vision/test_files.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using nlohmann::json;
using std::filesystem::path;

const json& cases() {
  static const json all = [] {
    const char* named = std::getenv("FOVEA_PROCESSOR_CASES");
    return test::read_json(named != nullptr ? named : "tests/core/vision/processor_cases.json");
  }();
  return all;
}

VisionProcessorConfig config_of(const std::string& family) {
  auto config = load_processor_config(path("tests/core/vision/processors") / family);
  if (!config) throw std::runtime_error(config.error().text());
  return *config;
}

TimestampStyle style_of(const std::string& family) {
  return config_of(family).timestamps;
}

PixelBudget budget_of(const json& size) {
  return size.is_null() ? PixelBudget{} : PixelBudget{size[0], size[1]};
}

std::shared_ptr<const RgbImage> picture(const std::string& file) {
  auto decoded = decode_image(test::read_bytes(path("tests/data/images") / file), file);
  if (!decoded) throw std::runtime_error(decoded.error().text());
  return decoded->image;
}

void expect_patches(const json& golden, const VisionPatches& actual) {
  const std::vector<std::int64_t> grid{actual.grid.t, actual.grid.h, actual.grid.w};
  EXPECT_EQ(golden["grid"].get<std::vector<std::int64_t>>(), grid);
  EXPECT_EQ(golden["sha256"], test::sha256(actual.patches.const_data_ptr(), actual.patches.nbytes()));
  EXPECT_EQ(actual.seen.tokens * 4, actual.grid.patches());
}

TEST(ProcessorCases, SizesEqualTheOriginals) {
  EXPECT_GE(cases()["resize"].size(), 300U);
  for (const auto& entry : cases()["resize"]) {
    SCOPED_TRACE(entry.dump());
    const auto frames = entry[0].get<std::int64_t>();
    const PixelSize source{entry[1], entry[2]};
    const AreaBounds bounds{entry[4], entry[5]};
    const auto resized = frames == 0 ? resize_picture(source, entry[3], bounds)
                                     : resize_frames(frames, source, 2, entry[3], bounds);
    ASSERT_EQ(!entry[6].is_null(), resized.has_value());
    if (!resized) continue;
    EXPECT_EQ(entry[6][0], resized->height);
    EXPECT_EQ(entry[6][1], resized->width);
  }
}

TEST(ProcessorCases, FramesEqualTheOriginals) {
  EXPECT_GE(cases()["frames"].size(), 150U);
  for (const auto& entry : cases()["frames"]) {
    SCOPED_TRACE(entry.dump());
    const double fps = entry[2];
    const auto total = entry[1].get<std::int64_t>();
    VideoSampling sampling;
    sampling.frames_per_second = entry[3];
    sampling.frame_count = entry[4];
    static const std::map<std::string, VisionProcessorConfig> configs = {
        {"qwen3vl", config_of("qwen3vl")}, {"glm46v", config_of("glm46v")}, {"glm4v", config_of("glm4v")}};
    const auto frames =
        sample_frames(*configs.at(entry[0]).video, {total, fps, static_cast<double>(total) / fps}, sampling);
    ASSERT_TRUE(frames) << test::said(frames);
    EXPECT_EQ(entry[5], frames->size());
    std::string text;
    for (const auto frame : *frames) text += (text.empty() ? "" : ",") + std::to_string(frame);
    EXPECT_EQ(entry[6], test::sha256(text.data(), text.size()).substr(0, 16)) << text.substr(0, 60);
  }
}

TEST(ProcessorCases, LabelsEqualTheOriginals) {
  for (const auto& entry : cases()["labels"]) {
    SCOPED_TRACE(entry.dump());
    const TimestampStyle style = style_of(entry[0]);
    std::vector<std::string> labels;
    for (const double seconds :
         patch_timestamps(style, entry[1].get<std::vector<std::int64_t>>(), entry[2], 2)) {
      labels.push_back(timestamp_label(style, seconds));
    }
    EXPECT_EQ(entry[3].get<std::vector<std::string>>(), labels);
  }
}

TEST(ProcessorCases, PicturesGiveTheSamePatches) {
  EXPECT_GE(cases()["patches"].size(), 50U);
  for (const auto& entry : cases()["patches"]) {
    SCOPED_TRACE(entry.dump());
    const VisionProcessor processor(config_of(entry["processor"]));
    const auto image = picture(entry["file"]);
    const auto actual = processor.process_image(*image, budget_of(entry["size"]));
    ASSERT_TRUE(actual) << test::said(actual);
    expect_patches(entry, *actual);
    const auto plan = processor.plan_image(image->width, image->height, budget_of(entry["size"]));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->grid_h, actual->grid.h);
    EXPECT_EQ(plan->tokens, actual->seen.tokens);
  }
}

TEST(ProcessorCases, ClipsOfPicturesGiveTheSamePatches) {
  EXPECT_GE(cases()["clips"].size(), 10U);
  for (const auto& entry : cases()["clips"]) {
    SCOPED_TRACE(entry.dump());
    const VisionProcessor processor(config_of(entry["processor"]));
    std::vector<RgbImage> frames;
    for (const auto& file : entry["files"]) frames.push_back(*picture(file));
    VideoInput clip;
    clip.frames = std::make_shared<const std::vector<RgbImage>>(std::move(frames));
    clip.frames_per_second = entry["fps"];
    const auto actual = processor.process_video(clip, budget_of(entry["size"]));
    ASSERT_TRUE(actual) << test::said(actual);
    expect_patches(entry, *actual);
    EXPECT_EQ(entry["indices"].get<std::vector<std::int64_t>>(), actual->seen.frame_indices);
    EXPECT_EQ(actual->timestamps.size(), static_cast<std::size_t>(actual->grid.t));
  }
}

TEST(ProcessorCases, AFileGivesTheSameFramesAndPatches) {
  const json& golden = cases()["file_clip"][0];
  VideoInput clip;
  clip.name = golden["file"];
  clip.path = "tests/data/images/" + clip.name;
  const auto facts = inspect_video(clip);
  ASSERT_TRUE(facts) << test::said(facts);
  EXPECT_EQ(golden["total"], facts->total_frames);
  EXPECT_EQ(golden["fps"], facts->frames_per_second);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < facts->total_frames; ++i) all.push_back(i);
  std::vector<std::string> shas;
  const auto read = read_frames(clip, *facts, all, [&](const RgbImage& frame) {
    shas.push_back(test::sha256(frame.pixels.data(), frame.pixels.size()).substr(0, 16));
    return Result<void>();
  });
  ASSERT_TRUE(read) << test::said(read);
  EXPECT_EQ(golden["frames"].get<std::vector<std::string>>(), shas);
  for (const auto& entry : golden["cases"]) {
    SCOPED_TRACE(entry.dump());
    clip.sampling.first_frame = entry["range"][0];
    clip.sampling.end_frame = entry["range"][1];
    const VisionProcessor processor(config_of(entry["processor"]));
    const auto actual = processor.process_video(clip, {});
    ASSERT_TRUE(actual) << test::said(actual);
    expect_patches(entry, *actual);
    EXPECT_EQ(entry["indices"].get<std::vector<std::int64_t>>(), actual->seen.frame_indices);
    const auto plan = processor.plan_video(clip, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->tokens, actual->seen.tokens);
  }
}

}  // namespace
}  // namespace fovea
