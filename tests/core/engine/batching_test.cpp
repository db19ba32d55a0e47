// Many requests at once: the answers that each would have had alone.
#include "batching.h"

#include <future>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::about;
using test::asking;
using test::Batching;
using test::Collected;
using test::custom;
using test::Gate;
using test::picture;
using test::questions;
using test::SyntheticRunner;
using test::Way;
using ::testing::HasSubstr;

TEST_F(Batching, ChangesNoAnswer) {
  const std::vector<GenerationRequest> all = questions();
  begin({.name = "alone", .how = custom(1, 16'384), .prefix_cache = false, .drafts = 0});
  std::vector<std::vector<std::int32_t>> alone;
  for (const GenerationRequest& request : all) alone.push_back(ask_all({request})[0].ids());

  std::int64_t wrong_in_all =
      0;  // how many are guessed, and so whether one is wrong, depends on the time that steps take
  for (const Way& way :
       {Way{.name = "together", .prefix_cache = false, .drafts = 0}, Way{.name = "prefixes", .drafts = 0},
        Way{.name = "guesses, one at a time", .how = custom(1, 256)}, Way{.name = "guesses, together"},
        Way{.name = "short guesses", .how = custom(3, 256), .drafts = 1},
        Way{.name = "odd pieces", .how = custom(5, 17)},
        Way{.name = "short of blocks", .how = custom(8, 64, 0.5), .blocks = 35, .crowded = true},
        Way{.name = "short, nothing kept",
        .how = custom(8, 64, 0.5),
        .prefix_cache = false,
        .blocks = 35,
        .crowded = true},
        Way{.name = "no memory for large steps", .throws = true}}) {
    begin(way);
    const std::vector<Collected> answers = ask_all(all);
    std::int64_t preemptions = 0;
    std::int64_t reused = 0;
    std::int64_t accepted = 0;
    std::int64_t wrong = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(answers[i].finished()) << way.name;
      EXPECT_EQ(answers[i].ids(), alone[i]) << way.name << ", question " << i;
      const RequestMetrics m = answers[i].finished()->metrics;
      EXPECT_NEAR(m.stages.total(), m.total_seconds, 1e-9);
      preemptions += m.preemptions;
      reused += m.prefix_reused;
      accepted += m.draft_accepted;
      wrong += m.draft_tokens - m.draft_accepted;
    }
    const EngineMetrics m = engine_->metrics();
    if (!way.throws) {
      EXPECT_EQ(accepted > 0, way.drafts > 0) << way.name;
      EXPECT_TRUE(wrong == 0 || way.drafts > 0) << way.name;
      wrong_in_all += wrong;
    }
    EXPECT_EQ(preemptions, m.preemptions) << way.name;
    EXPECT_EQ(preemptions > 0, way.blocks < 1'000) << way.name;
    EXPECT_EQ(reused > 0, way.prefix_cache) << way.name;
    EXPECT_EQ(m.kv_blocks_used, 0) << way.name;
    EXPECT_EQ(runner_->drops > 0, way.throws) << way.name;
    EXPECT_EQ(m.running + m.waiting, 0);
  }
  EXPECT_GT(wrong_in_all, 0);
}

TEST_F(Batching, RunsTogetherAndCountsIt) {
  Gate gate;
  std::atomic<bool> first{true};
  begin();
  runner_->on_prefill = [&] {
    if (first.exchange(false)) gate.hold();
  };
  const Collected running = ask(asking("abcdefghijklmnop"));
  gate.wait_until_held();
  std::vector<Collected> more;
  for (int i = 0; i < 3; ++i) more.push_back(ask(asking("abcdefghijkl")));
  for (const Collected& one : more) one.wait_for(2);
  gate.open();
  running.wait();
  for (const Collected& one : more) one.wait();
  EXPECT_LT(engine_->metrics().steps, 40) << "17 steps alone, and some 13 for each of the others";
  EXPECT_GT(engine_->metrics().prefix_tokens_reused, 0) << "they begin alike";
}

TEST_F(Batching, LooksOnceAtAPictureWhoseTokensAreThere) {
  begin();
  std::atomic<int> pieces{0};
  runner_->on_look = [&] { ++pieces; };
  const GenerationRequest request = about("What is it?", {picture("cat", 16)});
  EXPECT_EQ(ask_all({request})[0].text(), "What is it?");
  EXPECT_EQ(pieces, 4);
  const Collected again = ask_all({about("And now?", {picture("cat", 16)})})[0];
  EXPECT_EQ(again.text(), "And now?");
  EXPECT_EQ(pieces, 4);
  EXPECT_EQ(again.finished()->metrics.prefix_reused, 16);
  EXPECT_EQ(ask_all({about("And now?", {picture("dog", 16)})})[0].text(), "And now?");
  EXPECT_EQ(pieces, 8) << "another picture";
}

TEST_F(Batching, AnswersGoOnWhilePicturesAreLookedAt) {
  begin({.name = "a token a step", .drafts = 0});
  Gate gate;
  std::atomic<bool> first{true};
  runner_->on_prefill = [&] {
    if (first.exchange(false)) gate.hold();
  };
  std::string order;  // of the stepping thread alone
  const Collected answer = ask(asking("abcdefghijklmnopqrstuvwxyz"));
  gate.wait_until_held();
  runner_->on_look = [&] { order += 'L'; };
  runner_->on_decode = [&] {
    // The picture's question is read to the end of its preparation before the answer runs away from it.
    if (order.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    order += 'd';
  };
  const Collected big = ask(about("x", {picture("large", 40)}));
  big.wait_for(2);
  gate.open();
  big.wait();
  answer.wait();
  EXPECT_EQ(order.substr(order.find('L'), 20), "LdLdLdLdLdLdLdLdLdLd");
}

TEST_F(Batching, AFaultLeavesTheCompanyAlone) {
  begin();
  std::vector<GenerationRequest> all;
  for (const char* text : {"first in company", "throw later", "not a number", "throw a number",
                           "out of memory", "second in company"}) {
    all.push_back(asking(text));
  }
  all.push_back(about("blurred", {picture("blurred", 5)}));
  all.push_back(asking("throw later"));
  const std::vector<Collected> answers = ask_all(all);
  EXPECT_EQ(answers[0].text(), "first in company");
  EXPECT_EQ(answers[5].text(), "second in company");
  const std::vector<std::pair<std::size_t, ErrorCode>> failed = {
      {1, ErrorCode::kInternal},    {2, ErrorCode::kModelError},   {3, ErrorCode::kInternal},
      {4, ErrorCode::kOutOfMemory}, {6, ErrorCode::kInvalidImage}, {7, ErrorCode::kInternal}};
  for (const auto& [i, code] : failed) {
    ASSERT_TRUE(answers[i].failed()) << i;
    EXPECT_EQ(answers[i].failed()->error.code, code) << i;
    EXPECT_EQ(answers[i].endings(), 1U);
  }
  EXPECT_EQ(engine_->metrics().kv_blocks_used, 0);
  EXPECT_EQ(runner_->prepared_alive, 0);
}

TEST_F(Batching, ACopyTakesFewSteps) {
  begin();
  const Collected answer = ask_all({asking("What stands in the prompt is said again, letter by letter.")})[0];
  EXPECT_EQ(answer.text(), "What stands in the prompt is said again, letter by letter.");
  const RequestMetrics m = answer.finished()->metrics;
  EXPECT_EQ(m.draft_accepted, m.completion_tokens - engine_->metrics().steps) << "each saved a step";
  EXPECT_LT(engine_->metrics().steps, m.completion_tokens / 2);
  EXPECT_EQ(m.token_times.size(), static_cast<std::size_t>(m.completion_tokens));
  EXPECT_EQ(runner_->rows, m.prompt_tokens + m.completion_tokens - 1 + m.draft_tokens - m.draft_accepted)
      << "what came true is not read again";
}

TEST_F(Batching, GuessesEndWhereTheAnswerMust) {
  begin();
  std::atomic<std::int64_t> furthest{0};
  runner_->on_step = [&](std::span<const StepPart> parts) {
    for (const StepPart& part : parts)
      furthest = std::max<std::int64_t>(furthest, part.begin + std::ssize(part.ids));
  };
  GenerationRequest request = asking("abcdefghijklmnopqrst");
  request.max_new_tokens = 12;
  EXPECT_EQ(ask_all({request})[0].text(), "abcdefghijkl");
  EXPECT_EQ(furthest, 20 + 11) << "the last token is read by nobody";
}

TEST_F(Batching, AnAnswerThatIsDrawnIsNotGuessed) {
  begin();
  GenerationRequest request = asking("Said again, said again, said again.");
  request.sampling.temperature = 0.01;
  const Collected answer = ask_all({request})[0];
  EXPECT_EQ(answer.text(), "Said again, said again, said again.");
  EXPECT_EQ(answer.finished()->metrics.draft_tokens, 0);
}

TEST_F(Batching, NoGuessFailsAnAnswer) {
  const std::string text = "Said again, said again, said again.";
  for (const bool throws : {true, false}) {
    begin();
    std::int64_t guessed = 0;
    runner_->guesses_spoil = !throws;
    runner_->on_step = [&](std::span<const StepPart> parts) {
      for (const StepPart& part : parts) {
        if (part.drafts > 0 && ++guessed > 0 && throws) throw std::bad_alloc();
      }
    };
    const std::vector<Collected> answers = ask_all({asking(text), asking("A text that stands beside.")});
    EXPECT_EQ(answers[0].text(), text);
    EXPECT_EQ(answers[1].text(), "A text that stands beside.");
    EXPECT_EQ(answers[0].finished()->metrics.draft_accepted, 0);
    EXPECT_GT(guessed, 0);
  }
}

TEST_F(Batching, ACancelStopsBetweenGuesses) {
  begin();
  Collected answer;
  std::atomic<RequestId> asked{0};
  std::size_t letters = 0;
  Gate gate;
  runner_->on_prefill = [&] { gate.hold(); };
  const auto id = engine_->submit(asking("abcdefghijklmnopqrstuvwxyz"), [&](GenerationEvent event) {
    if (std::holds_alternative<TextDelta>(event.what) && ++letters == 6) engine_->cancel(asked);
    answer.sink()(std::move(event));
  });
  gate.wait_until_held();
  asked = *id;
  gate.open();
  answer.wait();
  EXPECT_EQ(answer.finished()->reason, FinishReason::kCancelled);
  EXPECT_GT(answer.finished()->metrics.draft_tokens, 0);
  EXPECT_EQ(answer.text(), "abcdef");
}

TEST_F(Batching, NothingIsReusedOfWhatWentWrong) {
  begin();
  GenerationRequest request = asking("not a number");
  EXPECT_TRUE(ask_all({request})[0].failed());
  EXPECT_EQ(engine_->metrics().kv_blocks_kept, 0);
}

}  // namespace
}  // namespace fovea
