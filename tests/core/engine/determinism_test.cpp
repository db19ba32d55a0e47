// Small checkpoints of both families, with pictures: a greedy answer has the same ids however its request
// shares the engine. FOVEA_CHECKPOINTS: the folder that tests/oracle makes them in.
#include "collected.h"
#include "core/api/weight_group.h"
#include "picture_questions.h"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <tuple>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;

GenerationRequest asking(const std::string& question, const std::vector<std::string>& pictures) {
  std::vector<std::string> paths;
  for (const std::string& name : pictures) paths.push_back("tests/data/oracle/pictures/" + name);
  GenerationRequest request = test::asking_about(question, paths, 40);
  request.image_budget.max_pixels = 160 * 160;
  request.ignore_eos = true;
  return request;
}

/// One whose answer says again and again what it said: its penalty is a reward.
GenerationRequest repeating(const std::string& question, const std::vector<std::string>& pictures) {
  GenerationRequest request = asking(question, pictures);
  request.sampling.temperature = 1.0;
  request.sampling.top_k = 1;  // temperature 0 would know no penalty
  request.sampling.seed = 1;   // for those that are equally likely
  request.sampling.repetition_penalty = 0.5;
  request.sampling.frequency_penalty = -2.0;
  return request;
}

std::vector<GenerationRequest> questions() {
  return {asking("What is this?", {"lake.jpg"}),
          asking("What is this? Say it in one word.", {"lake.jpg"}),
          asking("Compare them.", {"lake.jpg", "chart.png"}),
          asking("Compare the two.", {"lake.jpg", "chart.png"}),
          asking("What is this?", {"chart.png"}),
          asking("Tell me a long story about a fox, a river and the last day of the year.", {}),
          asking("Tell me a long story about a fox, a river and the first day of spring.", {}),
          repeating("Say it again.", {"lake.jpg"}),
          repeating("What did the fox say?", {})};
}

struct Way {
  std::string name;
  int max_batch = 8;
  std::int64_t step_tokens = 256;
  bool caches = true;
  std::uint64_t kv_cache_bytes = std::uint64_t{64} << 20;
  int drafts = 0;
};

/// What is calculated in, and what the weights are held as.
struct Numbers {
  ComputeType type;
  WeightFormat weights;
  KvCacheType kv_cache = KvCacheType::kAuto;
  int group = 32;
};

class Determinism : public ::testing::TestWithParam<std::tuple<std::string, Numbers>> {
 protected:
  static std::unique_ptr<Engine> engine(const Way& way) {
    EngineOptions options;
    const char* folder = std::getenv("FOVEA_CHECKPOINTS");
    options.model_folder = std::string(folder == nullptr ? "" : folder) + "/" + std::get<0>(GetParam());
    options.compute_type = std::get<1>(GetParam()).type;
    options.weights = {std::get<1>(GetParam()).weights, std::get<1>(GetParam()).group};
    options.kv_cache_type = std::get<1>(GetParam()).kv_cache;
    options.draft_tokens = way.drafts;
    // Waits for company, so that a slow preparer doesn't keep requests apart.
    options.scheduling = {SchedulingMode::kCustom, way.max_batch, 0.5, way.step_tokens};
    options.prefix_cache = way.caches;
    if (!way.caches) options.vision_cache_bytes = 0;
    options.kv_cache_bytes = way.kv_cache_bytes;
    auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
    if (!loaded) throw std::runtime_error(loaded.error().text());
    return std::move(loaded).value();
  }
  static std::vector<Collected> ask(Engine& engine, const std::vector<GenerationRequest>& requests) {
    std::vector<Collected> out(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) EXPECT_TRUE(engine.submit(requests[i], out[i].sink()));
    for (const Collected& one : out) one.wait();
    return out;
  }
};

TEST_P(Determinism, TheSameIdsHoweverTheEngineIsShared) {
  const std::vector<GenerationRequest> all = questions();
  const auto single = engine({.name = "alone", .max_batch = 1, .step_tokens = 16'384, .caches = false});
  std::vector<std::vector<std::int32_t>> alone;
  std::int64_t longest = 0;
  for (const GenerationRequest& request : all) {
    const Collected answer = ask(*single, {request})[0];
    ASSERT_TRUE(answer.finished()) << answer.failed()->error.text();
    alone.push_back(answer.ids());
    longest = std::max(longest, answer.finished()->metrics.prompt_tokens);
  }
  EXPECT_NE(alone[0], alone[4]) << "the picture is seen";

  const std::uint64_t block_bytes = single->model().kv_bytes_per_token * 32;
  const std::uint64_t tight = block_bytes * static_cast<std::uint64_t>((longest + 40) / 32 + 4);
  for (const Way& way : {Way{.name = "together", .caches = false}, Way{.name = "with caches"},
                         Way{.name = "odd pieces", .max_batch = 5, .step_tokens = 19},
                         Way{.name = "short of memory", .step_tokens = 64, .kv_cache_bytes = tight},
                         Way{.name = "short, no caches", .caches = false, .kv_cache_bytes = tight},
                         Way{.name = "guesses, one at a time", .max_batch = 1, .drafts = 7},
                         Way{.name = "guesses, no caches", .max_batch = 3, .caches = false, .drafts = 7},
                         Way{.name = "guesses, short of memory", .kv_cache_bytes = tight, .drafts = 7}}) {
    const auto shared = engine(way);
    std::int64_t accepted = 0;
    for (const char* pass : {"first", "second"}) {
      const std::vector<Collected> answers = ask(*shared, all);
      for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_TRUE(answers[i].finished()) << answers[i].failed()->error.text();
        EXPECT_EQ(answers[i].ids(), alone[i]) << way.name << ", " << pass << " time, question " << i;
        accepted += answers[i].finished()->metrics.draft_accepted;
      }
    }
    const EngineMetrics m = shared->metrics();
    EXPECT_EQ(m.preemptions > 0, way.kv_cache_bytes == tight) << way.name;
    EXPECT_EQ(m.prefix_tokens_reused > 0, way.caches) << way.name;
    EXPECT_EQ(m.kv_blocks_used, 0);
    EXPECT_EQ(accepted > 0, way.drafts > 0) << way.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Checkpoints, Determinism,
    ::testing::Combine(::testing::Values("qwen-tied", "glm-46v"),
                       ::testing::Values(Numbers{ComputeType::kFloat32, WeightFormat::kModel},
                                         Numbers{ComputeType::kBFloat16, WeightFormat::kModel},
                                         Numbers{ComputeType::kBFloat16, WeightFormat::kInt8},
                                         Numbers{ComputeType::kBFloat16, WeightFormat::kInt4},
                                         Numbers{ComputeType::kBFloat16, WeightFormat::kInt8,
                                                 KvCacheType::kInt8, kWholeRow})),
    [](const auto& one) {
      std::string name = std::get<0>(one.param);
      name[name.find('-')] = '_';
      const Numbers& numbers = std::get<1>(one.param);
      name += "_" + std::string(compute_type_name(numbers.type));
      if (numbers.weights != WeightFormat::kModel)
        name += "_" + std::string(weight_format_name(numbers.weights));
      if (numbers.group == kWholeRow) name += "_row";
      if (numbers.kv_cache == KvCacheType::kAuto) return name;
      return name + "_kv_" + std::string(kv_cache_type_name(numbers.kv_cache));
    });

}  // namespace
}  // namespace fovea
