#include "core/model/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// Qwen3-VL-2B as published (models.md 2.1).
json qwen() {
  return json::parse(R"({
    "architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl", "tie_word_embeddings": true,
    "image_token_id": 151655, "video_token_id": 151656,
    "text_config": {"hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 28, "num_attention_heads": 16,
      "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936, "rms_norm_eps": 1e-6, "hidden_act": "silu",
      "attention_bias": false, "rope_theta": 5000000, "max_position_embeddings": 262144,
      "rope_scaling": {"rope_type": "default", "mrope_section": [24, 20, 20], "mrope_interleaved": true}},
    "vision_config": {"depth": 24, "hidden_size": 1024, "num_heads": 16, "intermediate_size": 4096,
      "out_hidden_size": 2048, "deepstack_visual_indexes": [5, 11, 17], "patch_size": 16, "temporal_patch_size": 2,
      "spatial_merge_size": 2, "in_channels": 3, "num_position_embeddings": 2304, "hidden_act": "gelu_pytorch_tanh"}})");
}

/// GLM-4.6V-Flash as published (models.md 2.2).
json glm() {
  return json::parse(R"({
    "architectures": ["Glm4vForConditionalGeneration"], "model_type": "glm4v", "tie_word_embeddings": false,
    "image_token_id": 151363, "video_token_id": 151364, "video_start_token_id": 151341, "video_end_token_id": 151342,
    "text_config": {"hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers": 40, "num_attention_heads": 32,
      "num_key_value_heads": 2, "vocab_size": 151552, "rms_norm_eps": 1e-5, "attention_bias": true,
      "max_position_embeddings": 131072,
      "rope_parameters": {"rope_type": "default", "rope_theta": 500000, "partial_rotary_factor": 0.5,
                          "mrope_section": [8, 12, 12]}},
    "vision_config": {"depth": 24, "hidden_size": 1536, "num_heads": 12, "out_hidden_size": 4096,
      "intermediate_size": 13696, "image_size": 336, "patch_size": 14, "temporal_patch_size": 2,
      "spatial_merge_size": 2, "rms_norm_eps": 1e-5, "hidden_act": "silu", "attention_bias": false}})");
}

Result<ModelConfig> parsed(const json& config) {
  return parse_model_config(config.dump());
}

TEST(ModelConfig, ReadsQwen) {
  const auto config = parsed(qwen());
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->family, ModelFamily::kQwen3Vl);
  EXPECT_EQ(config->text.rotary_dim, 128);
  EXPECT_DOUBLE_EQ(config->text.rope_theta, 5e6);
  EXPECT_EQ(config->vision.position_side, 48);
  EXPECT_EQ(config->vision.mlp_size, 4096);
  EXPECT_TRUE(config->tie_word_embeddings);
  EXPECT_EQ(config->kv_bytes_per_token(2), 114688U) << "models.md 11";
}

TEST(ModelConfig, ReadsGlm) {
  const auto config = parsed(glm());
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->family, ModelFamily::kGlm4v);
  EXPECT_EQ(config->text.head_dim, 128);
  EXPECT_EQ(config->text.rotary_dim, 64);
  EXPECT_EQ(config->vision.position_side, 24);
  EXPECT_EQ(config->vision.mlp_size, 4096) << "the blocks' MLP is out_hidden_size wide";
  EXPECT_EQ(config->vision.merger_mlp_size, 13696);
  EXPECT_EQ(config->kv_bytes_per_token(2), 40960U);
}

TEST(ModelConfig, TheRopeDictBeatsItsSiblingAndRopeScalingBeatsRopeParameters) {
  json config = qwen();
  config["text_config"]["rope_scaling"]["rope_theta"] = 7.0;
  EXPECT_DOUBLE_EQ(parsed(config)->text.rope_theta, 7.0);
  config["text_config"]["rope_parameters"] = {{"rope_theta", 9.0}, {"mrope_section", {24, 20, 20}}};
  EXPECT_DOUBLE_EQ(parsed(config)->text.rope_theta, 7.0);
  config["text_config"].erase("rope_scaling");
  EXPECT_DOUBLE_EQ(parsed(config)->text.rope_theta, 9.0);
}

TEST(ModelConfig, TakesClassDefaultsForMissingRopeKeys) {
  json config = qwen();
  config["text_config"].erase("rope_scaling");
  config["text_config"].erase("rope_theta");
  EXPECT_DOUBLE_EQ(parsed(config)->text.rope_theta, 500000.0);
  json other = glm();
  other["text_config"]["rope_parameters"].erase("rope_theta");
  EXPECT_DOUBLE_EQ(parsed(other)->text.rope_theta, 10000.0);
}

TEST(ModelConfig, ReadsAFlatGlmFile) {
  json flat = glm();
  const json text = flat["text_config"];
  flat.erase("text_config");
  for (const auto& [key, value] : text.items()) {
    if (key != "rope_parameters") flat[key] = value;
  }
  flat["rope_theta"] = 10000;
  flat["partial_rotary_factor"] = 0.5;
  flat["rope_scaling"] = {{"type", "default"}, {"mrope_section", {8, 12, 12}}};
  const auto config = parsed(flat);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->text.num_layers, 40);
  EXPECT_DOUBLE_EQ(config->text.rope_theta, 10000.0);
}

TEST(ModelConfig, AcceptsTheGlm46vName) {
  json config = glm();
  config["model_type"] = "glm46v";
  EXPECT_TRUE(parsed(config));
}

struct ConfigChange {
  const char* name;
  bool of_qwen;
  const char* pointer;
  json value;
  const char* says;
};

void PrintTo(const ConfigChange& change, std::ostream* out) {
  *out << change.name;
}

class RefusedConfig : public ::testing::TestWithParam<ConfigChange> {};

TEST_P(RefusedConfig, SaysWhy) {
  json config = GetParam().of_qwen ? qwen() : glm();
  config[json::json_pointer(GetParam().pointer)] = GetParam().value;
  const auto result = parsed(config);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedConfig,
    ::testing::Values(
        ConfigChange{"other_model", true, "/model_type", "llama", "'llama'"},
        ConfigChange{"yarn", true, "/text_config/rope_scaling/rope_type", "yarn", "'yarn'"},
        ConfigChange{
            "sections", true, "/text_config/rope_scaling/mrope_section", {1, 2, 3}, "does not add up"},
        ConfigChange{
            "two_sections", true, "/text_config/rope_scaling/mrope_section", {32, 32}, "three parts"},
        ConfigChange{"negative_layers", true, "/text_config/num_hidden_layers", -1, "num_hidden_layers"},
        ConfigChange{"huge_hidden", true, "/text_config/hidden_size", 1e18, "hidden_size"},
        ConfigChange{"zero_heads", true, "/vision_config/num_heads", 0, "num_heads"},
        ConfigChange{"text_for_number", false, "/text_config/vocab_size", "many", "vocab_size"},
        ConfigChange{"odd_groups", true, "/text_config/num_key_value_heads", 3, "multiple"},
        ConfigChange{"no_square", true, "/vision_config/num_position_embeddings", 2300, "square"},
        ConfigChange{"tap_outside", true, "/vision_config/deepstack_visual_indexes", {99}, "out of range"},
        ConfigChange{"width_mismatch", false, "/vision_config/out_hidden_size", 64, "out_hidden_size"},
        ConfigChange{"token_outside", true, "/image_token_id", 999999, "image_token_id"},
        ConfigChange{"activation", true, "/text_config/hidden_act", "relu", "relu"},
        ConfigChange{"quantised", true, "/quantization_config", {{"bits", 4}}, "quantised"},
        ConfigChange{"theta_text", false, "/text_config/rope_parameters/rope_theta", "x", "rope_theta"}),
    [](const auto& one) { return one.param.name; });

TEST(ModelConfig, SurvivesWhatIsNoConfig) {
  EXPECT_FALSE(parse_model_config(""));
  EXPECT_FALSE(parse_model_config("[1]"));
  EXPECT_FALSE(parse_model_config("{"));
  EXPECT_FALSE(parse_model_config(std::string(100000, '[')));
  EXPECT_FALSE(parse_model_config("{\"model_type\": \"qwen3_vl\"}"));
}

}  // namespace
}  // namespace fovea
