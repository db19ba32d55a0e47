// Pixels, patches and frames against the goldens of transformers, for every case of the reference folder.
// Runs where FOVEA_REFERENCE names that folder (it holds oracle/ and images/).

#include "core/input/vision/frame_sampler.h"
#include "core/input/vision/image_loader.h"
#include "core/input/vision/processor_config.h"
#include "core/input/vision/video_loader.h"
#include "core/input/vision/vision_processor.h"
#include "tests/core/vision/sha256.h"
#include "tests/core/vision/test_files.h"

#include <cmath>
#include <cstdlib>

#include <ATen/ops/cat.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using nlohmann::json;
using std::filesystem::path;

struct Checkpoint {
  const char* name;
  const char* cases;
  const char* processor;
};

std::string sha_of(const at::Tensor& tensor) {
  return test::sha256(tensor.const_data_ptr(), static_cast<std::size_t>(tensor.nbytes()));
}

/// Media of one kind in the order of the prompt.
std::vector<std::string> media_of(const json& messages, const std::string& kind) {
  std::vector<std::string> result;
  for (const auto& message : messages) {
    if (!message["content"].is_array()) continue;
    for (const auto& part : message["content"]) {
      if (part["type"] == kind) result.push_back(part[kind]);
    }
  }
  return result;
}

PixelBudget budget_of(const json& golden_case, const char* key) {
  if (!golden_case.contains(key)) return {};
  return {golden_case[key]["shortest_edge"], golden_case[key]["longest_edge"]};
}

void expect_patches(const json& golden, const at::Tensor& patches, const std::vector<PatchGrid>& grids) {
  std::vector<std::vector<std::int64_t>> thw;
  for (const auto& grid : grids) thw.push_back({grid.t, grid.h, grid.w});
  EXPECT_EQ(golden["grid_thw"].get<std::vector<std::vector<std::int64_t>>>(), thw);
  ASSERT_EQ(golden["shape"].get<std::vector<std::int64_t>>(), patches.sizes().vec());
  EXPECT_EQ(golden["sha256_float32"].get<std::string>(), sha_of(patches));
  const auto* values = patches.const_data_ptr<float>();
  for (const auto& exact : golden["exact"]) {
    const auto index = exact[0].get<std::int64_t>() * patches.size(1) + exact[1].get<std::int64_t>();
    EXPECT_NEAR(exact[2].get<double>(), static_cast<double>(values[index]),
                1e-7 * std::abs(exact[2].get<double>()));
  }
}

void check_images(const json& golden_case, const json& golden, const VisionProcessor& processor,
                  const path& images) {
  std::vector<at::Tensor> patches;
  std::vector<PatchGrid> grids;
  const auto names = media_of(golden_case["messages"], "image");
  ASSERT_EQ(names.size(), golden["media"].size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto decoded = decode_image(test::read_bytes(images / names[i]), names[i]);
    ASSERT_TRUE(decoded) << test::said(decoded);
    const RgbImage& image = *decoded->image;
    const json& media = golden["media"][i];
    EXPECT_EQ(media["width"], image.width);
    EXPECT_EQ(media["height"], image.height);
    EXPECT_EQ(media["rgb_sha256"], test::sha256(image.pixels.data(), image.pixels.size())) << names[i];
    const auto processed = processor.process_image(image, budget_of(golden_case, "image_size"));
    ASSERT_TRUE(processed) << test::said(processed);
    const auto plan = processor.plan_image(image.width, image.height, budget_of(golden_case, "image_size"));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->tokens, processed->seen.tokens);
    EXPECT_EQ(processed->seen.tokens * 4, processed->grid.patches());
    patches.push_back(processed->patches);
    grids.push_back(processed->grid);
  }
  if (!names.empty()) expect_patches(golden["image_patches"], at::cat(patches), grids);
}

/// The clip's part of the expanded prompt.
std::string expansion(TimestampStyle style, const VisionPatches& clip) {
  const std::string tokens = std::to_string(clip.seen.tokens / clip.grid.t);
  std::string result;
  for (const double seconds : clip.timestamps) {
    const std::string label = timestamp_label(style, seconds);
    result += style == TimestampStyle::kQwen3Vl
                  ? label + "<|vision_start|><|video_pad|>{" + tokens + "}<|vision_end|>"
                  : "<|begin_of_image|><|image|>{" + tokens + "}<|end_of_image|>" + label;
  }
  return result;
}

void check_videos(const json& golden_case, const json& golden, const VisionProcessor& processor,
                  const path& images) {
  std::vector<at::Tensor> patches;
  std::vector<PatchGrid> grids;
  const auto names = media_of(golden_case["messages"], "video");
  for (std::size_t i = 0; i < names.size(); ++i) {
    VideoInput clip;
    clip.name = names[i];
    clip.path = (images / names[i]).string();
    if (golden_case.contains("video_range")) {
      clip.sampling.first_frame = golden_case["video_range"][0];
      clip.sampling.end_frame = golden_case["video_range"][1];
    }
    const json sampling = golden_case.value("video_sampling", json::object());
    clip.sampling.frames_per_second = sampling.value("fps", 0.0);
    clip.sampling.frame_count = sampling.value("num_frames", 0);
    const auto processed = processor.process_video(clip, budget_of(golden_case, "video_size"));
    ASSERT_TRUE(processed) << test::said(processed);
    const json& video = golden["videos"][i];
    EXPECT_EQ(video["frames_indices"].get<std::vector<std::int64_t>>(), processed->seen.frame_indices);
    EXPECT_EQ(video["width"], processed->seen.source_width);
    EXPECT_EQ(video["height"], processed->seen.source_height);
    const auto facts = inspect_video(clip);
    ASSERT_TRUE(facts);
    EXPECT_EQ(video["total_num_frames"], facts->total_frames);
    EXPECT_NEAR(video["fps"].get<double>(), facts->frames_per_second, 1e-7);
    std::vector<std::string> shas;
    const auto read = read_frames(clip, *facts, processed->seen.frame_indices, [&](const RgbImage& frame) {
      if (shas.size() < 16)
        shas.push_back(test::sha256(frame.pixels.data(), frame.pixels.size()).substr(0, 16));
      return Result<void>();
    });
    ASSERT_TRUE(read);
    EXPECT_EQ(video["frame_rgb_sha256"].get<std::vector<std::string>>(), shas);
    const std::string prompt = golden["prompt_expanded"];
    EXPECT_NE(prompt.find(expansion(processor.config().timestamps, *processed)), std::string::npos)
        << expansion(processor.config().timestamps, *processed) << "\nnot in\n"
        << prompt;
    patches.push_back(processed->patches);
    grids.push_back(processed->grid);
  }
  if (!names.empty()) expect_patches(golden["video_patches"], at::cat(patches), grids);
}

void PrintTo(const Checkpoint& checkpoint, std::ostream* out) {
  *out << checkpoint.name;
}

class VisionReference : public testing::TestWithParam<Checkpoint> {};

TEST_P(VisionReference, AgreesToTheBit) {
  const char* folder = std::getenv("FOVEA_REFERENCE");
  if (folder == nullptr) GTEST_SKIP() << "FOVEA_REFERENCE does not name the reference folder";
  const path oracle = path(folder) / "oracle";
  const auto config = load_processor_config(path("tests/core/vision/processors") / GetParam().processor);
  ASSERT_TRUE(config) << test::said(config);
  const VisionProcessor processor(*config);
  const json golden = test::read_json(oracle / "golden" / (std::string(GetParam().name) + ".json"));
  const json cases = test::read_json(oracle / "cases" / GetParam().cases);
  int seen = 0;
  for (const auto& golden_case : cases) {
    for (const auto& record : golden["cases"]) {
      if (record["case"] != golden_case["name"]) continue;
      SCOPED_TRACE(std::string(record["case"]));
      ++seen;
      check_images(golden_case, record, processor, path(folder) / "images");
      check_videos(golden_case, record, processor, path(folder) / "images");
    }
  }
  EXPECT_EQ(seen, static_cast<int>(cases.size()));
}

INSTANTIATE_TEST_SUITE_P(Checkpoints, VisionReference,
                         testing::Values(Checkpoint{"qwen3vl-tiny", "qwen3vl.json", "qwen3vl"},
                                         Checkpoint{"qwen3vl-tiny-untied", "qwen3vl.json", "qwen3vl"},
                                         Checkpoint{"glm46v-tiny", "glm.json", "glm46v"},
                                         Checkpoint{"glm46v-flash-tiny", "glm.json", "glm46v"},
                                         Checkpoint{"glm4v-tiny", "glm.json", "glm4v"}),
                         [](const auto& checkpoint) {
                           std::string name = checkpoint.param.name;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace fovea
