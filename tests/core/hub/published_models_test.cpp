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

std::string best_name(double gigabytes, double bandwidth) {
  const Recommendation recommendation = recommend(shipped(), memory(gigabytes), bandwidth);
  return recommendation.best ? recommendation.candidates[*recommendation.best].model.hugging_face : "";
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
  EXPECT_EQ(best_name(64, 100e9), "zai-org/GLM-4.6V-Flash");
  EXPECT_EQ(best_name(64, 80e9), "Qwen/Qwen3-VL-8B-Instruct");
  EXPECT_EQ(best_name(64, 33e9), "Qwen/Qwen3-VL-2B-Instruct") << "the 4B would give 4.1 tokens a second";
  EXPECT_EQ(best_name(15, 100e9), "Qwen/Qwen3-VL-4B-Instruct") << "the 8B does not fit";
  EXPECT_EQ(best_name(64, 10e9), "Qwen/Qwen3-VL-2B-Instruct") << "none is comfortable: the fastest";
  EXPECT_EQ(best_name(4, 100e9), "") << "none fits";
}

TEST(RecommendationTest, TheForecastIsBandwidthOverBytesRead) {
  const Recommendation recommendation = recommend(shipped(), memory(64), 33e9);
  const Candidate& smallest = recommendation.candidates.front();
  EXPECT_EQ(smallest.model.hugging_face, "Qwen/Qwen3-VL-2B-Instruct");
  EXPECT_DOUBLE_EQ(smallest.tokens_per_second, 33e9 / (1'720'574'976.0 * 2));
  for (const Candidate& candidate : recommendation.candidates) EXPECT_TRUE(candidate.format.runs);
}

TEST(RecommendationTest, AnUnknownMachineGetsTheSmallest) {
  const Recommendation recommendation = recommend(shipped(), std::nullopt, 0.0);
  ASSERT_TRUE(recommendation.best);
  EXPECT_EQ(recommendation.candidates[*recommendation.best].model.hugging_face, "Qwen/Qwen3-VL-2B-Instruct");
}

TEST(PublishedModelsTest, ADamagedTableIsAnError) {
  const testing_support::TemporaryFolder folder;
  for (const char* text : {"{}", R"({"formats": [], "models": [1]})", R"({"formats": [{}], "models": []})",
                           R"({"formats": [], "models": [{"hugging_face": "a/b"}]})"}) {
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
