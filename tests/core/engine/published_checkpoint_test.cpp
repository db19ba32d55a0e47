// Checkpoints as other programs publish them, and adapters, through the whole engine: the answers of the
// plain model that they mean. tests/oracle makes both beside each other; FOVEA_CHECKPOINTS: their folder.
#include "collected.h"
#include "core/engine/memory_planner.h"
#include "core/engine/torch_model_runner.h"
#include "picture_answer.h"
#include "picture_questions.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::answer;
using test::Collected;
using ::testing::HasSubstr;

fs::path checkpoint_of(const std::string& name) {
  const char* folder = std::getenv("FOVEA_CHECKPOINTS");
  return fs::path(folder == nullptr ? "" : folder) / name;
}

Result<std::unique_ptr<Engine>> load(const std::string& name, WeightFormat format = WeightFormat::kModel,
                                     const std::string& adapter = "") {
  EngineOptions options;
  options.model_folder = checkpoint_of(name).string();
  if (!adapter.empty()) options.adapter_folder = checkpoint_of(adapter).string();
  options.compute_type = ComputeType::kFloat32;
  options.weights.format = format;
  return load_local_engine(options, [](const LoadProgress&) { return true; });
}

struct Published {
  const char* name;
  const char* format;  ///< that it is kept in where nothing is asked for
  const char* type;
};

class PublishedCheckpoint : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedCheckpoint, AsNumbersAnswersAsThePlainModel) {
  const std::string name = GetParam().name;
  const auto plain = load(name + "-plain");
  ASSERT_TRUE(plain) << plain.error().text();
  const auto numbers = load(name, WeightFormat::kFloat);
  ASSERT_TRUE(numbers) << numbers.error().text();
  const Answer want = answer(**plain);
  const Answer got = answer(**numbers);
  EXPECT_EQ(got.ids, want.ids);
  EXPECT_EQ(got.logprobs, want.logprobs);
  EXPECT_EQ((*numbers)->model().weight_format, "");
  EXPECT_EQ((*numbers)->model().checkpoint_type, GetParam().type);
  EXPECT_EQ((*numbers)->model().parameters, (*plain)->model().parameters);
  EXPECT_EQ((*numbers)->model().weights_bytes, (*plain)->model().weights_bytes);
}

TEST_P(PublishedCheckpoint, KeepsItsIntegersWhereNothingIsAskedFor) {
  const std::string name = GetParam().name;
  const auto plain = load(name + "-plain");
  ASSERT_TRUE(plain) << plain.error().text();
  const auto kept = load(name);
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_EQ((*kept)->model().weight_format, GetParam().format);
  if (std::string(GetParam().format).empty()) {
    EXPECT_EQ((*kept)->model().weights_bytes, (*plain)->model().weights_bytes);
    return;
  }
  EXPECT_LT((*kept)->model().weights_bytes, (*plain)->model().weights_bytes);
  const Answer got = answer(**kept);
  EXPECT_EQ(got.ids.size(), answer(**plain).ids.size());
}

TEST_P(PublishedCheckpoint, TakesWhatWasPlanned) {
  const fs::path folder = checkpoint_of(GetParam().name);
  const auto config = load_model_config(folder);
  ASSERT_TRUE(config);
  const auto checkpoint = open_checkpoint(folder);
  ASSERT_TRUE(checkpoint);
  // A few norms are not counted among the weights, in any format.
  std::optional<std::uint64_t> uncounted;
  for (const WeightFormat format : {WeightFormat::kFloat, WeightFormat::kModel, WeightFormat::kInt4}) {
    const auto engine = load(GetParam().name, format);
    ASSERT_TRUE(engine) << engine.error().text();
    ArithmeticPlan plan;
    plan.weights.format = format;
    const WeightMemory planned = MemoryPlanner(*config, plan).weights(*checkpoint);
    const std::uint64_t apart = planned.held - (*engine)->model().weights_bytes;
    EXPECT_EQ(apart, uncounted.value_or(apart)) << weight_format_name(format);
    uncounted = apart;
    EXPECT_LT(apart, 20'000U);
    EXPECT_GE(planned.peak, planned.held);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Checkpoints, PublishedCheckpoint,
    ::testing::Values(Published{"qwen-tied-ct-w4a16", "int4", "compressed-tensors, 4 bits by 32"},
                      Published{"glm-46v-ct-w4a16-asym", "int8", "compressed-tensors, 4 bits by 32"},
                      Published{"qwen-tied-ct-w8a16", "int8", "compressed-tensors, 8 bits by row"},
                      Published{"glm-41v-ct-w4a16-wide", "", "compressed-tensors, 4 bits by 32"},
                      Published{"glm-46v-gptq-sym", "int4", "gptq, 4 bits by 64"},
                      Published{"qwen-tied-gptq-asym", "int8", "gptq, 4 bits by 32"},
                      Published{"glm-46v-gptq-asym-v2", "int8", "gptq, 4 bits by 64"},
                      Published{"qwen-tied-gptq-order", "", "gptq, 4 bits by 32"},
                      Published{"glm-46v-gptq-8", "int8", "gptq, 8 bits by 64"},
                      Published{"qwen-tied-awq", "int8", "awq, 4 bits by 32"}),
    [](const auto& one) {
      std::string name = one.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

/// The questions of one turn in tests/oracle's case list, with the ids that transformers and
/// compressed-tensors give and how far each id is above the next, in deviations of the logits.
struct Golden {
  std::string name;
  GenerationRequest request;
  std::vector<std::int32_t> ids;
  std::vector<double> margins;
};

std::vector<Golden> goldens_of(const std::string& checkpoint) {
  const auto read = [](const std::string& path) {
    std::ifstream in("tests/data/oracle/" + path);
    return nlohmann::json::parse(in);
  };
  std::map<std::string, nlohmann::json> known;
  const nlohmann::json golden_file = read("published/" + checkpoint + ".json");
  for (const auto& one : golden_file["cases"]) known[one["case"]] = one;
  std::vector<Golden> out;
  for (const auto& one : read("cases/qwen.json")) {
    const auto& messages = one["messages"];
    if (one.size() != 2 || messages.size() != 1) continue;
    std::vector<std::string> pictures;
    std::string question;
    bool simple = true;
    const auto& content = messages[0]["content"];
    if (content.is_string()) question = content;
    if (content.is_array()) {
      for (const auto& part : content) {
        if (part["type"] == "image" && part.size() == 2 && question.empty()) {
          pictures.push_back("tests/data/oracle/pictures/" + part["image"].get<std::string>());
        } else {
          simple = simple && part["type"] == "text" && question.empty();
          question = part.value("text", "");
        }
      }
    }
    if (!simple) continue;
    const nlohmann::json& golden = known.at(one["name"]);
    Golden next{one["name"], test::asking_about(question, pictures, 32), golden["ids"], golden["margins"]};
    next.request.ignore_eos = true;
    next.request.max_new_tokens = static_cast<int>(next.ids.size());
    out.push_back(std::move(next));
  }
  return out;
}

/// Ids that have to be the reference's: those before the first that is hardly above the next.
std::size_t certain_ids(const Golden& golden, double margin) {
  const auto close =
      std::find_if(golden.margins.begin(), golden.margins.end(), [&](double m) { return m < margin; });
  return static_cast<std::size_t>(close - golden.margins.begin());
}

void expect_goldens(const std::string& checkpoint, double margin, std::size_t at_least) {
  const auto engine = load(checkpoint, WeightFormat::kFloat);
  ASSERT_TRUE(engine) << engine.error().text();
  std::size_t compared = 0;
  for (const Golden& golden : goldens_of(checkpoint)) {
    Collected collected;
    ASSERT_TRUE((*engine)->submit(golden.request, collected.sink()));
    collected.wait();
    ASSERT_TRUE(collected.finished()) << collected.failed()->error.text();
    const auto ids = collected.ids();
    ASSERT_EQ(ids.size(), golden.ids.size());
    const auto certain = static_cast<std::ptrdiff_t>(certain_ids(golden, margin));
    compared += static_cast<std::size_t>(certain);
    EXPECT_TRUE(std::equal(ids.begin(), ids.begin() + certain, golden.ids.begin())) << golden.name;
  }
  EXPECT_GE(compared, at_least);
}

TEST(PublishedGoldens, AreThoseOfTransformersWithCompressedTensors) {
  expect_goldens("qwen-tied-ct-w4a16", 0.002, 200);
}

/// Where an activation lies between two of 255 steps, the order of a sum decides: only clear ids are certain.
TEST(PublishedGoldens, OfRoundedActivationsToo) {
  expect_goldens("qwen-tied-ct-w8a8", 0.03, 40);
}

class AdapterOnCheckpoint : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(AdapterOnCheckpoint, AnswersAsTheMergedModel) {
  const auto& [adapter, source] = GetParam();
  const auto merged = load(std::string(adapter) + "-merged");
  ASSERT_TRUE(merged) << merged.error().text();
  const auto both = load(source, WeightFormat::kModel, adapter);
  ASSERT_TRUE(both) << both.error().text();
  const auto bare = load(source);
  ASSERT_TRUE(bare) << bare.error().text();
  const Answer want = answer(**merged);
  const Answer got = answer(**both);
  EXPECT_EQ(got.ids, want.ids);
  EXPECT_NE(got.ids, answer(**bare).ids) << "the adapter says nothing";
  ASSERT_EQ(got.logprobs.size(), want.logprobs.size());
  // numpy and torch add the products of an adapter up in another order.
  for (std::size_t i = 0; i < want.logprobs.size(); ++i)
    EXPECT_NEAR(got.logprobs[i], want.logprobs[i], 2e-3) << i;
  EXPECT_EQ((*both)->model().adapter, adapter);
  EXPECT_EQ((*bare)->model().adapter, "");
}

INSTANTIATE_TEST_SUITE_P(Adapters, AdapterOnCheckpoint,
                         ::testing::Values(std::pair{"adapter-plain", "qwen-tied"},
                                           std::pair{"adapter-stabilized", "glm-41v"}),
                         [](const auto& one) { return std::string(one.param.first).substr(8); });

TEST(Adapter, OnAnotherModelIsAnError) {
  const auto wrong = load("glm-41v", WeightFormat::kModel, "adapter-plain");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kDamagedModel);
  EXPECT_THAT(wrong.error().message, HasSubstr("The adapter is for another model"));
}

}  // namespace
}  // namespace fovea
