#include "core/input/vision/processor_config.h"

#include "tests/core/vision/test_files.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using nlohmann::json;
using std::filesystem::path;
using testing::HasSubstr;

/// A model's folder that holds only what a test puts into it.
class ProcessorConfig : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = path(testing::TempDir()) / ("processor_config_" + std::string(test_name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static const char* test_name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  static json settings_of(const std::string& family, const std::string& file) {
    return test::read_json(path("tests/core/vision/processors") / family / file);
  }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  void write(const std::string& file, const json& values) { write(file, values.dump()); }
  void write_family(const std::string& family) {
    for (const std::string file : {"preprocessor_config.json", "video_preprocessor_config.json"}) {
      write(file, settings_of(family, file));
    }
  }
  Result<VisionProcessorConfig> load() { return load_processor_config(folder_); }
  Error refusal() {
    auto config = load();
    EXPECT_FALSE(config);
    return config ? Error{} : config.error();
  }
  /// Qwen3-VL's settings for pictures with one value changed.
  Error refusal_with(const std::string& key, const json& value) {
    json settings = settings_of("qwen3vl", "preprocessor_config.json");
    settings[key] = value;
    write("preprocessor_config.json", settings);
    return refusal();
  }

  path folder_;
};

TEST_F(ProcessorConfig, ReadsQwen) {
  write_family("qwen3vl");
  const auto config = load();
  ASSERT_TRUE(config) << test::said(config);
  EXPECT_EQ(ResizeRule::kQwenImage, config->image.rule);
  EXPECT_EQ(32, config->image.factor());
  EXPECT_EQ(65536, config->image.min_area);
  EXPECT_EQ(16777216, config->image.max_area);
  ASSERT_TRUE(config->video);
  EXPECT_EQ(ResizeRule::kFrames, config->video->pixels.rule);
  EXPECT_EQ(25165824, config->video->pixels.max_area);
  EXPECT_EQ(FrameSampler::kQwen3Vl, config->video->sampler);
  EXPECT_EQ(TimestampStyle::kQwen3Vl, config->timestamps);
}

TEST_F(ProcessorConfig, KindsFollowTheProcessorsNotTheModelType) {
  write_family("glm46v");
  write("config.json", json{{"model_type", "glm4v"}});  // GLM-4.6V-Flash's pairing
  auto config = load();
  ASSERT_TRUE(config) << test::said(config);
  EXPECT_EQ(FrameSampler::kGlm46v, config->video->sampler);
  EXPECT_EQ(TimestampStyle::kGlm46v, config->timestamps);
  write_family("glm4v");
  config = load();
  ASSERT_TRUE(config);
  EXPECT_EQ(FrameSampler::kGlm4v, config->video->sampler);
  EXPECT_EQ(TimestampStyle::kGlm4v, config->timestamps);
  EXPECT_EQ(28, config->image.factor());
  EXPECT_FLOAT_EQ(0.48145466F, config->image.mean[0]);
}

TEST_F(ProcessorConfig, NestedSettingsGoFirst) {
  write_family("qwen3vl");
  json image = settings_of("qwen3vl", "preprocessor_config.json");
  image["size"]["longest_edge"] = 1000000;
  write("processor_config.json", json{{"processor_class", "Qwen3VLProcessor"}, {"image_processor", image}});
  const auto config = load();
  ASSERT_TRUE(config) << test::said(config);
  EXPECT_EQ(1000000, config->image.max_area);
  EXPECT_EQ(25165824, config->video->pixels.max_area);
}

TEST_F(ProcessorConfig, OldBoundsCountForQwensPicturesOnly) {
  json image = settings_of("qwen3vl", "preprocessor_config.json");
  image["min_pixels"] = 3136;
  image["max_pixels"] = 12845056;
  write("preprocessor_config.json", image);
  auto config = load();
  ASSERT_TRUE(config) << test::said(config);
  EXPECT_EQ(3136, config->image.min_area);
  EXPECT_EQ(12845056, config->image.max_area);
  image = settings_of("glm46v", "preprocessor_config.json");
  image["max_pixels"] = 500;
  write("preprocessor_config.json", image);
  config = load();
  ASSERT_TRUE(config);
  EXPECT_EQ(9633792, config->image.max_area);
}

TEST_F(ProcessorConfig, AFolderWithoutClipSettingsReads) {
  write("preprocessor_config.json", settings_of("qwen3vl", "preprocessor_config.json"));
  const auto config = load();
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->video);
}

TEST_F(ProcessorConfig, WithoutPictureSettingsItIsAnError) {
  EXPECT_EQ(ErrorCode::kNotFound, refusal().code);
  EXPECT_THAT(refusal().message, HasSubstr("preprocessor_config.json"));
  EXPECT_THAT(refusal().text(), testing::Not(HasSubstr(folder_.string())));
}

TEST_F(ProcessorConfig, ProcessorClassMayStandWithTheTokenizer) {
  json image = settings_of("qwen3vl", "preprocessor_config.json");
  image.erase("processor_class");
  write("preprocessor_config.json", image);
  EXPECT_EQ(ErrorCode::kUnsupported, refusal().code);
  write("tokenizer_config.json", json{{"processor_class", "Qwen3VLProcessor"}});
  EXPECT_TRUE(load());
}

TEST_F(ProcessorConfig, UnknownProcessorsAreNamed) {
  EXPECT_THAT(refusal_with("image_processor_type", "PixtralImageProcessor").message,
              HasSubstr("PixtralImageProcessor"));
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("processor_class", "LlavaProcessor").code);
  write("video_preprocessor_config.json", json{{"video_processor_type", "Qwen2VLVideoProcessor"}});
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("patch_size", 16).code);
}

TEST_F(ProcessorConfig, ValuesOutOfRangeAreNamed) {
  const std::vector<std::pair<std::string, json>> wrong = {
      {"patch_size", 0},
      {"patch_size", -16},
      {"patch_size", 1e9},
      {"patch_size", "16"},
      {"patch_size", 18446744073709551615ULL},
      {"merge_size", 0},
      {"image_std", {0.5, 0, 0.5}},
      {"image_mean", {0.5, 0.5}},
      {"image_mean", "half"},
      {"rescale_factor", 0},
      {"size", {{"shortest_edge", 100}}},
      {"size", {{"shortest_edge", 200}, {"longest_edge", 100}}},
      {"size", {{"height", 224}, {"width", 224}}},
      {"size", 224},
      {"temporal_patch_size", 99}};
  for (const auto& [key, value] : wrong) {
    const Error error = refusal_with(key, value);
    EXPECT_EQ(ErrorCode::kDamagedModel, error.code) << key << " " << value;
    EXPECT_THAT(error.message, HasSubstr(key)) << value;
    EXPECT_THAT(error.message, HasSubstr("preprocessor_config.json"));
  }
}

TEST_F(ProcessorConfig, StepsThatAreTurnedOffAreUnsupported) {
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("do_resize", false).code);
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("do_normalize", false).code);
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("resample", 2).code);
  EXPECT_EQ(ErrorCode::kUnsupported, refusal_with("do_center_crop", true).code);
}

TEST_F(ProcessorConfig, DamagedTextIsAnError) {
  for (const std::string text : {"", "{", "[]", "null", "{\"size\": nan}", "\xff\xfe{}"}) {
    write("preprocessor_config.json", text);
    EXPECT_EQ(ErrorCode::kDamagedModel, refusal().code) << text;
  }
  write("preprocessor_config.json", std::string(1000000, '['));
  EXPECT_EQ(ErrorCode::kDamagedModel, refusal().code);
}

}  // namespace
}  // namespace fovea
