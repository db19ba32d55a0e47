#include "core/bench/ablation/ablation_run.h"
#include "core/bench/load/service_states.h"
#include "core/bench/sweep/batch_sweep.h"
#include "core/bench/sweep/resolution_sweep.h"
#include "tests/core/bench/answering_engine.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RequestPlan eight_pixels() {
  RequestPlan plan;
  plan.width = plan.height = 8;
  return plan;
}

std::vector<std::string> labels(const RunRecord& record) {
  std::vector<std::string> out;
  for (const GroupRecord& group : record.groups) out.push_back(group.label);
  return out;
}

const RunFigure* figure_of(const GroupRecord& group, const std::string& name) {
  for (const RunFigure& figure : group.figures) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

class BatchSweepTest : public ::testing::Test {
 protected:
  void run(AnsweringEngine& engine) {
    RequestSource source = *RequestSource::create(engine, eight_pixels());
    plan_.repeats = 3;
    run_batch_sweep(engine, plan_, source, recorder_, {}, {});
    settle(recorder_.record());
  }

  BatchSweepPlan plan_;
  RunRecorder recorder_{RunRecord{}};
};

TEST_F(BatchSweepTest, DoublesUntilMemoryEndsItAndGoesOn) {
  AnsweringEngine* self = nullptr;
  AnsweringEngine engine([&](const GenerationRequest&) {
    AnsweringEngine::Reply reply{"x", took(0.1), {}};
    if (self->options.max_batch > 4) {
      reply.error = Error{ErrorCode::kOutOfMemory, "There is not enough memory.", {}, {}};
    }
    return reply;
  });
  self = &engine;
  engine.options.max_batch = 3;
  run(engine);
  EXPECT_THAT(labels(recorder_.record()), ElementsAre("1 at once", "2 at once", "4 at once", "8 at once"));
  EXPECT_EQ(recorder_.record().groups[3].outcome, "out of memory");
  EXPECT_EQ(recorder_.record().groups[2].requests, 12) << "three rounds of four";
  EXPECT_EQ(recorder_.record().groups[2].failed, 0);
  EXPECT_EQ(engine.options.max_batch, 3) << "put back";
}

TEST_F(BatchSweepTest, GivingMemoryAwayIsOutOfMemoryToo) {
  AnsweringEngine* self = nullptr;
  AnsweringEngine engine([&](const GenerationRequest&) {
    AnsweringEngine::Reply reply{"x", took(0.1), {}};
    reply.metrics.preemptions = self->options.max_batch > 2 ? 1 : 0;
    return reply;
  });
  self = &engine;
  run(engine);
  EXPECT_EQ(recorder_.record().groups.back().label, "4 at once");
  EXPECT_EQ(recorder_.record().groups.back().outcome, "out of memory");
}

TEST_F(BatchSweepTest, TheLimitEndsIt) {
  AnsweringEngine* self = nullptr;
  AnsweringEngine engine([&](const GenerationRequest&) {
    return AnsweringEngine::Reply{"x", took(0.5 * self->options.max_batch), {}};
  });
  self = &engine;
  plan_.limit_seconds = 1.5;
  run(engine);
  EXPECT_THAT(labels(recorder_.record()), ElementsAre("1 at once", "2 at once", "4 at once"));
  EXPECT_EQ(recorder_.record().groups[2].outcome, "over the limit");
}

GroupRecord size_of_batch(int size, double e2el_ms, double rate, double uncertain) {
  GroupRecord group;
  group.label = std::to_string(size) + " at once";
  group.x = size;
  RunFigure latency{"e2el_ms", "ms", "", Better::kLower};
  latency.summary.p99 = e2el_ms;
  RunFigure throughput{"request_throughput", "requests/s", "", Better::kHigher};
  throughput.summary.median = rate;
  throughput.band = {rate - uncertain, rate + uncertain};
  group.figures = {latency, throughput};
  return group;
}

TEST(RecommendBatches, FastestWithinTheTimeAndFastestOfAll) {
  const std::vector<GroupRecord> groups = {
      size_of_batch(1, 1000, 1.0, 0.01), size_of_batch(2, 1500, 1.4, 0.01), size_of_batch(4, 2500, 1.7, 0.05),
      size_of_batch(8, 5000, 1.72, 0.05)};
  EXPECT_THAT(recommend_batches(groups, 2.0),
              ElementsAre(HasSubstr("within 2.00 s: 2 at once, 5040 answers an hour, p99 1.50 s."),
                          HasSubstr("most answers an hour: 4 at once, 6120")));
  EXPECT_THAT(recommend_batches(groups, 0.5).front(), HasSubstr("No size answers within 0.50 s"));
}

TEST(RecommendBatches, NeverWhatRanOutOfMemory) {
  std::vector<GroupRecord> groups = {size_of_batch(1, 1000, 1.0, 0.01), size_of_batch(2, 1500, 1.4, 0.01)};
  groups[1].outcome = "out of memory";
  EXPECT_THAT(recommend_batches(groups, 9.0), ElementsAre(HasSubstr(" 1 at once"), HasSubstr(" 1 at once")));
  EXPECT_TRUE(recommend_batches({}, 1.0).empty());
}

TEST(ResolutionSweep, FindsWhereTheAnswerStaysAsItIs) {
  AnsweringEngine engine([](const GenerationRequest& request) {
    const std::int64_t pixels = request.image_budget.max_pixels;
    AnsweringEngine::Reply reply{
        pixels < 256 * 256 ? "$12.60" : "$12.50", took(1e-6 * static_cast<double>(pixels)), {}};
    reply.metrics.vision_tokens = std::min<std::int64_t>(pixels, 512 * 512) / 1024;
    return reply;
  });
  ResolutionSweepPlan plan;
  plan.sides = {128, 256, 512, 1024};
  plan.picture = ImagePart{};
  plan.question = "What is the total?";
  plan.repeats = 2;
  RunRecorder recorder{RunRecord{}};
  run_resolution_sweep(engine, plan, recorder, {}, {});
  const RunRecord& record = recorder.record();
  ASSERT_EQ(record.groups.size(), 4U);
  EXPECT_EQ(record.requests.size(), 8U) << "warm-up counts";
  EXPECT_NEAR(figure_of(record.groups[0], "answer_edits_percent")->value(), 100.0 / 6.0, 1e-9);
  EXPECT_DOUBLE_EQ(figure_of(record.groups[1], "answer_edits_percent")->value(), 0.0);
  EXPECT_DOUBLE_EQ(figure_of(record.groups[1], "vision_tokens")->value(), 64.0);
  EXPECT_THAT(record.groups[0].notes, ElementsAre("The answer differs: 1 edits on 6 characters."));
  EXPECT_THAT(
      record.findings,
      ElementsAre(
          HasSubstr(
              "From 256 x 256 on the answer stays as it is at 1024 x 1024: the first token comes after"),
          HasSubstr("no larger than 512 x 512")));
}

TEST(ResolutionSweep, SaysSoWhereEverySizeChangesTheAnswer) {
  AnsweringEngine engine([](const GenerationRequest& request) {
    return AnsweringEngine::Reply{std::to_string(request.image_budget.max_pixels), took(0.1), {}};
  });
  ResolutionSweepPlan plan;
  plan.sides = {128, 256};
  plan.picture = ImagePart{};
  RunRecorder recorder{RunRecord{}};
  run_resolution_sweep(engine, plan, recorder, {}, {});
  EXPECT_THAT(recorder.record().findings,
              ElementsAre(HasSubstr("Every size below 256 x 256 changes the answer")));
}

TEST(ServiceStates, EachStateIsAGroup) {
  AnsweringEngine engine([](const GenerationRequest&) {
    return AnsweringEngine::Reply{"x", took(0.001), {}};
  });
  RequestSource source = *RequestSource::create(engine, eight_pixels());
  ServiceStatesPlan plan;
  plan.seconds = 0.15;
  plan.think_seconds = 0.01;
  plan.rates = {200.0, 400.0};
  RunRecorder recorder{RunRecord{}};
  run_service_states(engine, plan, source, recorder, {}, {});
  settle(recorder.record());
  const std::vector<GroupRecord>& groups = recorder.record().groups;
  EXPECT_THAT(labels(recorder.record()),
              ElementsAre("idle", "one person", "200 requests/s", "400 requests/s"));
  EXPECT_EQ(groups[0].requests, 0);
  EXPECT_NE(figure_of(groups[0], "memory_mb"), nullptr);
  EXPECT_GE(groups[1].requests, 1);
  EXPECT_GE(groups[2].requests, 1);
}

TEST(Ablation, TurnsOneSwitchAfterTheOtherOnAndSeesWhetherItDidAnything) {
  std::set<std::string> loads;
  const EngineLoader load = [&](const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
    loads.insert(std::to_string(options.draft_tokens) + (options.prefix_cache ? "p" : "-") +
                 (options.vision_cache_bytes > 0 ? "v" : "-"));
    return std::unique_ptr<Engine>(std::make_unique<AnsweringEngine>([=](const GenerationRequest&) {
      AnsweringEngine::Reply reply{options.draft_tokens > 0 ? "abcd" : "abce", took(0.1), {}};
      reply.metrics.draft_accepted = options.draft_tokens;
      return reply;
    }));
  };
  AblationPlan plan;
  for (const AblationSwitch& one : ablation_switches()) {
    if (std::string(one.name) == "prefix_cache" || std::string(one.name) == "speculation")
      plan.switches.push_back(one);
  }
  plan.waves = {{GenerationRequest{}}, {GenerationRequest{}, GenerationRequest{}}};
  plan.repeats = 2;
  RunRecorder recorder{RunRecord{}};
  ASSERT_TRUE(run_ablation(load, plan, recorder, {}, {}));
  settle(recorder.record());
  EXPECT_THAT(loads, ElementsAre("0--", "0p-", "7p-"));
  const RunRecord& record = recorder.record();
  EXPECT_THAT(labels(record), ElementsAre("all off", "+ prefix_cache", "+ speculation"));
  EXPECT_EQ(record.groups[2].requests, 6);
  EXPECT_THAT(record.groups[1].notes, ElementsAre(HasSubstr("it did nothing here")));
  EXPECT_THAT(record.groups[2].notes, ElementsAre(HasSubstr("guessed tokens accepted went from 0 to 42")));
  EXPECT_DOUBLE_EQ(figure_of(record.groups[1], "answer_edits_percent")->value(), 0.0);
  EXPECT_DOUBLE_EQ(figure_of(record.groups[2], "answer_edits_percent")->value(), 25.0);
}

TEST(Ablation, EverySwitchChangesTheOptionsAndHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const AblationSwitch& one : ablation_switches()) {
    EXPECT_TRUE(names.insert(one.name).second);
    if (one.turn_on == nullptr) {
      EXPECT_GT(one.new_tokens, 0) << one.name;
      EXPECT_TRUE(one.by_name) << one.name << " would change what the others show";
      continue;
    }
    EngineOptions options = all_off({}, {one});
    const EngineOptions before = options;
    one.turn_on(options);
    const bool changed = options.draft_tokens != before.draft_tokens ||
                         options.prefix_cache != before.prefix_cache ||
                         options.vision_cache_bytes != before.vision_cache_bytes ||
                         options.answer_cache_bytes != before.answer_cache_bytes ||
                         options.weights.format != before.weights.format || options.device != before.device ||
                         options.kv_cache_type != before.kv_cache_type ||
                         options.scheduling.max_batch != before.scheduling.max_batch;
    EXPECT_TRUE(changed) << one.name;
  }
}

TEST(Ablation, OwnKernelsAreOffBeforeTheyAreOnAndOtherwiseLeftAlone) {
  EXPECT_EQ(all_off({}, {}).device, DeviceChoice{});
  std::vector<std::string> devices;
  const EngineLoader load = [&](const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
    devices.push_back(device_name(options.device));
    return std::unique_ptr<Engine>(std::make_unique<AnsweringEngine>([](const GenerationRequest&) {
      return AnsweringEngine::Reply{"x", took(0.1), {}};
    }));
  };
  AblationPlan plan;
  for (const AblationSwitch& one : ablation_switches()) {
    if (std::string(one.name) == "own_kernels" || std::string(one.name) == "speculation")
      plan.switches.push_back(one);
  }
  plan.waves = {{GenerationRequest{}}};
  plan.repeats = 1;
  RunRecorder recorder{RunRecord{}};
  ASSERT_TRUE(run_ablation(load, plan, recorder, {}, {}));
  EXPECT_THAT(devices, ElementsAre("cpu:operators", "cpu", "cpu"));
}

TEST(Ablation, LimitsAreThoseOfTheRequests) {
  const EngineLoader load = [&](const EngineOptions&) -> Result<std::unique_ptr<Engine>> {
    return std::unique_ptr<Engine>(std::make_unique<AnsweringEngine>([](const GenerationRequest& request) {
      return AnsweringEngine::Reply{"x", took(0.1, request.max_new_tokens), {}};
    }));
  };
  AblationPlan plan;
  for (const AblationSwitch& one : ablation_switches()) {
    if (one.new_tokens > 0) plan.switches.push_back(one);
  }
  GenerationRequest longest;
  longest.max_new_tokens = 1024;
  GenerationRequest shorter;
  shorter.max_new_tokens = 100;
  plan.waves = {{longest, shorter}};
  plan.repeats = 1;
  RunRecorder recorder{RunRecord{}};
  ASSERT_TRUE(run_ablation(load, plan, recorder, {}, {}));
  const RunRecord& record = recorder.record();
  EXPECT_THAT(labels(record), ElementsAre("all off", "+ limit_512", "+ limit_256"));
  EXPECT_THAT(record.groups[1].notes, ElementsAre(HasSubstr("new tokens went from 1124 to 612.")));
  EXPECT_THAT(record.groups[2].notes, ElementsAre(HasSubstr("new tokens went from 612 to 356.")));
}

}  // namespace
}  // namespace fovea::bench
