#include "core/engine/answer_cache.h"

#include "collected.h"
#include "core/engine/answer_key.h"
#include "core/engine/local_engine.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <functional>
#include <map>
#include <thread>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::Gate;
using test::SyntheticRunner;

constexpr std::uint64_t kBudget = 1 << 20;

class AnswerCacheTest : public ::testing::Test {
 protected:
  LocalEngine& engine() {
    if (!engine_) {
      engine_ = std::make_unique<LocalEngine>(std::move(owned_), SchedulingOptions(), true, 7, budget_);
    }
    return *engine_;
  }
  Collected ask(const GenerationRequest& request) {
    Collected collected;
    EXPECT_TRUE(engine().submit(request, collected.sink()));
    collected.wait();
    return collected;
  }
  bool cached(const GenerationRequest& request) {
    const Collected answer = ask(request);
    return answer.finished() && answer.finished()->metrics.answer_cached;
  }

  std::unique_ptr<SyntheticRunner> owned_ = std::make_unique<SyntheticRunner>();
  SyntheticRunner& runner_ = *owned_;
  std::uint64_t budget_ = kBudget;  ///< set before the engine is used
  std::unique_ptr<LocalEngine> engine_;
};

TEST_F(AnswerCacheTest, GivesTheSameAnswerWithoutTheModel) {
  GenerationRequest request = asking("Hello world");
  request.sampling.logprobs = 2;
  request.stop = {"rld"};
  const Collected first = ask(request);
  const std::int64_t rows = runner_.rows;
  const Collected second = ask(request);
  EXPECT_EQ(runner_.rows, rows) << "the model did not run";
  EXPECT_EQ(second.text(), "Hello wo");
  EXPECT_EQ(second.text(), first.text());
  EXPECT_EQ(second.ids(), first.ids());
  ASSERT_TRUE(first.finished() && second.finished());
  EXPECT_EQ(second.finished()->reason, FinishReason::kStopString);
  EXPECT_EQ(second.finished()->stop_string, "rld");
  EXPECT_FALSE(first.finished()->metrics.answer_cached);
  const RequestMetrics m = second.finished()->metrics;
  EXPECT_TRUE(m.answer_cached);
  EXPECT_EQ(m.completion_tokens, first.finished()->metrics.completion_tokens);
  EXPECT_EQ(m.prompt_tokens, first.finished()->metrics.prompt_tokens);
  EXPECT_EQ(m.token_times.size(), static_cast<std::size_t>(m.completion_tokens));
  EXPECT_NEAR(m.stages.total(), m.total_seconds, 1e-9);
  std::vector<std::size_t> kinds;
  for (const GenerationEvent& event : second.events()) {
    if (kinds.empty() || kinds.back() != event.what.index()) kinds.push_back(event.what.index());
    const auto* delta = std::get_if<TextDelta>(&event.what);
    if (delta != nullptr) {
      EXPECT_EQ(delta->times.size(), delta->ids.size());
      EXPECT_EQ(delta->logprobs.size(), delta->ids.size());
    }
  }
  EXPECT_EQ(kinds, (std::vector<std::size_t>{0, 1, 3, 4})) << "queued, preprocessed, text, finished";
  const EngineMetrics all = engine().metrics();
  EXPECT_EQ(all.answer_cache_hits, 1);
  EXPECT_EQ(all.answer_cache_misses, 1);
  EXPECT_GT(all.answer_cache_bytes, 0U);
  EXPECT_EQ(all.finished, 2);
  EXPECT_EQ(all.running + all.waiting, 0);
  EXPECT_EQ(runner_.prepared_alive, 0);
}

TEST_F(AnswerCacheTest, IsOffByDefault) {
  budget_ = EngineOptions().answer_cache_bytes;
  EXPECT_FALSE(cached(asking("Hello")));
  EXPECT_FALSE(cached(asking("Hello")));
  EXPECT_EQ(engine().metrics().answer_cache_misses, 0);
}

TEST_F(AnswerCacheTest, KeepsNoAnswerThatIsDrawn) {
  GenerationRequest request = asking("Hello");
  request.sampling.temperature = 0.7;
  request.sampling.seed = 3;
  EXPECT_FALSE(cached(request));
  EXPECT_FALSE(cached(request));
}

TEST_F(AnswerCacheTest, KeepsNoFailedAndNoCancelledAnswer) {
  EXPECT_TRUE(ask(asking("not a number")).failed());
  EXPECT_TRUE(ask(asking("not a number")).failed());
  Gate gate;
  runner_.on_decode = [&] { gate.hold(); };
  Collected cut;
  const auto id = engine().submit(asking("Hello"), cut.sink());
  ASSERT_TRUE(id);
  gate.wait_until_held();
  engine().cancel(*id);
  gate.open();
  cut.wait();
  EXPECT_EQ(cut.finished()->reason, FinishReason::kCancelled);
  EXPECT_FALSE(cached(asking("Hello")));
  EXPECT_EQ(engine().metrics().answer_cache_hits, 0);
}

using Change = std::function<void(GenerationRequest&)>;

/// Each changes one field that may change the answer.
const std::map<std::string, Change>& changes() {
  static const std::map<std::string, Change> all = {
      {"messages", [](auto& r) { r.messages = asking("Hellp").messages; }},
      {"continue_answer", [](auto& r) { r.continue_answer = true; }},
      {"tools_json", [](auto& r) { r.tools_json = "[]"; }},
      {"response_schema", [](auto& r) { r.response_schema = "{}"; }},
      {"template_variables", [](auto& r) { r.template_variables["a"] = "1"; }},
      {"repetition_penalty", [](auto& r) { r.sampling.repetition_penalty = 1.1; }},
      {"presence_penalty", [](auto& r) { r.sampling.presence_penalty = 0.5; }},
      {"frequency_penalty", [](auto& r) { r.sampling.frequency_penalty = 0.5; }},
      {"no temperature", [](auto& r) { r.sampling.temperature.reset(); }},
      {"logprobs", [](auto& r) { r.sampling.logprobs = 1; }},
      {"image_budget.min", [](auto& r) { r.image_budget.min_pixels = 4096; }},
      {"image_budget.max", [](auto& r) { r.image_budget.max_pixels = 4096; }},
      {"video_budget.min", [](auto& r) { r.video_budget.min_pixels = 4096; }},
      {"video_budget.max", [](auto& r) { r.video_budget.max_pixels = 4096; }},
      {"thinking on", [](auto& r) { r.thinking = Thinking::kOn; }},
      {"thinking off", [](auto& r) { r.thinking = Thinking::kOff; }},
      {"stop", [](auto& r) { r.stop = {"zz"}; }},
      {"stops",
       [](auto& r) {
         r.stop = {"z", "z"};
       }},
      {"max_new_tokens", [](auto& r) { r.max_new_tokens = 7; }},
      {"ignore_eos", [](auto& r) { r.ignore_eos = true; }},
  };
  return all;
}

std::string key_of(const GenerationRequest& request, std::vector<std::uint64_t> tokens, std::int64_t room) {
  SamplingDefaults defaults;
  const auto sampling = resolve(request.sampling, defaults);
  return *answer_key(request, *sampling, tokens, "prompt", room);
}

TEST(AnswerKeyTest, DiffersInEachFieldThatMayChangeTheAnswer) {
  std::map<std::string, std::string> seen;  // key to the change that made it
  seen[key_of(asking("Hello"), {1, 2}, 100)] = "nothing";
  seen[key_of(asking("Hello"), {1, 3}, 100)] = "tokens";
  seen[key_of(asking("Hello"), {1, 2, 3}, 100)] = "more tokens";
  seen[key_of(asking("Hello"), {1, 2}, 99)] = "room";
  ASSERT_EQ(seen.size(), 4U);
  for (const auto& [name, change] : changes()) {
    if (name == "messages") continue;  // the tokens stand for them
    GenerationRequest request = asking("Hello");
    change(request);
    const auto [place, fresh] = seen.emplace(key_of(request, {1, 2}, 100), name);
    EXPECT_TRUE(fresh) << name << " is taken for " << place->second;
  }
}

TEST(AnswerKeyTest, IsTheSameForWhoAsksAndHowSoon) {
  GenerationRequest request = asking("Hello");
  request.client = "somebody";
  request.priority = 3;
  request.deadline_seconds = 9;
  request.sampling.seed = 5;
  EXPECT_EQ(key_of(request, {1}, 9), key_of(asking("Hello"), {1}, 9));
}

TEST_F(AnswerCacheTest, NeverAnswersAcrossDifferingParameters) {
  ask(asking("Hello"));
  ASSERT_TRUE(cached(asking("Hello")));
  for (const auto& [name, change] : changes()) {
    GenerationRequest request = asking("Hello");
    change(request);
    Collected answer;
    if (!engine().submit(request, answer.sink())) continue;  // this model's loop refuses such requests
    answer.wait();
    if (answer.finished()) {
      EXPECT_FALSE(answer.finished()->metrics.answer_cached) << name;
    }
  }
  EXPECT_TRUE(cached(asking("Hello")));
}

KeptAnswer answer_of(std::size_t letters) {
  KeptAnswer answer;
  answer.deltas.push_back({std::string(letters, 'a'), false, {}, {}, {}});
  return answer;
}

TEST(AnswerCacheBudgetTest, TheLeastRecentlyUsedGoFirst) {
  AnswerCache cache(3'500);
  for (const char* key : {"a", "b", "c"}) cache.keep(key, answer_of(800));
  ASSERT_TRUE(cache.find("a"));
  cache.keep("d", answer_of(800));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("d"));
  EXPECT_LE(cache.use().bytes, 3'500U);
  cache.keep("large", answer_of(9'000));
  EXPECT_FALSE(cache.find("large"));
  EXPECT_TRUE(cache.find("d")) << "what does not fit at all drives nothing out";
  cache.clear();
  EXPECT_EQ(cache.use().bytes, 0U);
  EXPECT_FALSE(cache.find("d"));
}

}  // namespace
}  // namespace fovea
