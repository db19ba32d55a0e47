// The shipped table of published models, and what is recommended by it.
#include "core/hub/gpu_probe.h"
#include "core/hub/json_file.h"
#include "core/hub/pull/repository_name.h"
#include "core/hub/recommendation.h"
#include "tests/core/hub/fake_model.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

PublishedModels shipped() {
  return *read_published_models("resources/models");
}

AvailableMemory memory(double gigabytes) {
  const auto bytes = static_cast<std::uint64_t>(gigabytes * 1e9);
  return {bytes, bytes, false};
}

/// "NAME FORMAT", or nothing.
std::string best_of(double gigabytes, double bandwidth) {
  const Recommendation recommendation = recommend(shipped(), memory(gigabytes), bandwidth);
  if (!recommendation.best) return "";
  const Candidate& best = recommendation.candidates[*recommendation.best];
  return best.model.hugging_face + " " + std::string(published_format_name(best.format));
}

TEST(PublishedModelsTest, TheWeightsReadATokenFollowFromTheConfigs) {
  const Result<nlohmann::json> file = read_json_object("resources/models", "published.json");
  ASSERT_TRUE(file);
  for (const nlohmann::json& model : (*file)["models"]) {
    const auto size = [&model](const char* key) { return model[key].get<std::int64_t>(); };
    const std::int64_t hidden = size("hidden_size");
    const std::int64_t queries = size("attention_heads") * size("head_size");
    const std::int64_t keys = size("kv_heads") * size("head_size");
    std::int64_t layer = 2 * hidden * queries + 2 * hidden * keys + 3 * hidden * size("intermediate_size");
    if (model["family"] == "Qwen3-VL") {
      layer += 2 * size("head_size") + 2 * hidden;  // norms of queries and keys, of the layer's two halves
    } else {
      layer += queries + 2 * keys + 4 * hidden;  // biases, four norms
    }
    const std::int64_t head = size("vocabulary") * hidden;
    EXPECT_EQ(size("parameters_read_a_token"), size("decoder_layers") * layer + hidden + head)
        << model["hugging_face"];
    EXPECT_GT(size("parameters"), size("parameters_read_a_token"));
  }
}

TEST(PublishedModelsTest, NamesCanBePulled) {
  for (const PublishedModel& model : shipped().models) {
    EXPECT_TRUE(parse_repository_name(model.hugging_face)) << model.hugging_face;
    EXPECT_TRUE(parse_repository_name(model.modelscope)) << model.modelscope;
  }
  EXPECT_EQ(shipped().models.size(), 8U);
}

TEST(RecommendationTest, TheLargestThatFitsAndIsFastEnough) {
  EXPECT_EQ(best_of(64, 100e9), "zai-org/GLM-4.6V-Flash bf16");
  EXPECT_EQ(best_of(64, 80e9), "zai-org/GLM-4.6V-Flash int8") << "bf16 would give 4.3 tokens a second";
  EXPECT_EQ(best_of(15, 100e9), "zai-org/GLM-4.6V-Flash int8") << "bf16 does not fit";
  EXPECT_EQ(best_of(12, 100e9), "zai-org/GLM-4.6V-Flash int4") << "int8 does not fit";
  EXPECT_EQ(best_of(64, 25e9), "Qwen/Qwen3-VL-4B-Instruct int8") << "the 8B would give 4.9 in int4";
  EXPECT_EQ(best_of(64, 10e9), "Qwen/Qwen3-VL-2B-Instruct int4");
  EXPECT_EQ(best_of(64, 5e9), "Qwen/Qwen3-VL-2B-Instruct int4") << "none is comfortable: the fastest";
  EXPECT_EQ(best_of(4, 100e9), "Qwen/Qwen3-VL-2B-Instruct int4") << "the program takes no 700 MB";
  EXPECT_EQ(best_of(3, 100e9), "") << "none fits";
}

TEST(RecommendationTest, TheForecastIsBandwidthOverBytesRead) {
  const Recommendation recommendation = recommend(shipped(), memory(64), 33e9);
  const Candidate& smallest = recommendation.candidates.front();
  EXPECT_EQ(smallest.model.hugging_face, "Qwen/Qwen3-VL-2B-Instruct");
  EXPECT_DOUBLE_EQ(smallest.tokens_per_second, 33e9 / (1'720'574'976.0 * 2));
  EXPECT_EQ(smallest.format, WeightFormat::kModel);
  // Layers and head as tests/core/hub/memory_estimate_test.cpp counts them: the head stays in bf16.
  const double layers = 28.0 * (2048 * 128 * 48 + 3 * 2048 * 6144);
  const double others = 1'720'574'976.0 - layers;
  EXPECT_DOUBLE_EQ(recommendation.candidates[1].tokens_per_second, 33e9 / (layers * 8.125 / 8 + others * 2));
  EXPECT_DOUBLE_EQ(recommendation.candidates[2].tokens_per_second, 33e9 / (layers * 4.5 / 8 + others * 2));
}

TEST(RecommendationTest, AnUnknownMachineGetsTheSmallest) {
  const Recommendation recommendation = recommend(shipped(), std::nullopt, 0.0);
  ASSERT_TRUE(recommendation.best);
  EXPECT_EQ(recommendation.candidates[*recommendation.best].model.hugging_face, "Qwen/Qwen3-VL-2B-Instruct");
}

TEST(PublishedModelsTest, ADamagedTableIsAnError) {
  const testing_support::TemporaryFolder folder;
  for (const char* text :
       {"{}", R"({"models": [1]})", R"({"models": 7})", R"({"models": [{"hugging_face": "a/b"}]})"}) {
    testing_support::write_file(folder.path() / "published.json", text);
    EXPECT_FALSE(read_published_models(folder.path())) << text;
  }
}

TEST(GpuProbeTest, ReadsTheDriversNames) {
  const testing_support::TemporaryFolder folder;
  EXPECT_TRUE(probe_gpus(folder.path()).empty());
  testing_support::write_file(folder.path() / "proc/driver/nvidia/gpus/0000:01:00.0/information",
                              "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 100\n");
  EXPECT_EQ(probe_gpus(folder.path()), std::vector<std::string>{"NVIDIA H100 80GB HBM3"});
}

}  // namespace
}  // namespace fovea
