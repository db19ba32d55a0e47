// Many requests at once: faults, refusals and cancels that stay with their cause.
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

TEST_F(Batching, AnEngineThatCannotGoOnEndsEverythingAndSaysWhy) {
  begin();
  Gate gate;
  runner_->on_prefill = [&] { gate.hold(); };
  std::vector<Collected> answers = {ask(asking("dead"))};
  gate.wait_until_held();
  for (int i = 0; i < 12; ++i) answers.push_back(ask(asking("an answer that won't come")));
  answers[1].wait_for(2);
  gate.open();
  for (const Collected& one : answers) {
    one.wait();
    EXPECT_EQ(one.endings(), 1U);
    ASSERT_TRUE(one.failed());
    EXPECT_EQ(one.failed()->error.message, "It is dead.");
  }
  const auto refused = engine_->submit(asking("more"), [](const GenerationEvent&) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kEngineFailed);
}

TEST_F(Batching, WhatDoesNotFitTheMemoryFailsInWords) {
  begin({.name = "", .blocks = 4});
  const Collected large = ask(asking("seventeen letters"));
  large.wait();
  ASSERT_TRUE(large.failed());
  EXPECT_EQ(large.failed()->error.code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(large.failed()->error.message, HasSubstr("17 tokens"));
  EXPECT_THAT(large.failed()->error.message, HasSubstr("holds 16"));
  EXPECT_EQ(ask_all({asking("ten letter")})[0].text(), "ten le") << "as far as the memory goes";
}

TEST_F(Batching, MemoryThatIsNotThereFailsOnlyWhatNeedsIt) {
  begin();
  runner_->reservable = 8;
  const std::vector<Collected> answers =
      ask_all({asking("0123456789"), asking(std::string(40, 'x')), asking("0123456789")});
  EXPECT_EQ(answers[0].text(), "0123456789");
  EXPECT_EQ(answers[2].text(), "0123456789");
  ASSERT_TRUE(answers[1].failed());
  EXPECT_EQ(answers[1].failed()->error.code, ErrorCode::kOutOfMemory);
}

TEST_F(Batching, WhatIsNotBegunInTimeIsRefused) {
  begin({.name = "", .how = custom(1, 256)});
  Gate gate;
  runner_->on_prefill = [&] { gate.hold(); };
  const Collected running = ask(asking("running"));
  gate.wait_until_held();
  GenerationRequest hurried = asking("hurried");
  hurried.deadline_seconds = 0.01;
  const Collected late = ask(hurried);
  late.wait();  // while the first still runs
  ASSERT_TRUE(late.failed());
  EXPECT_EQ(late.failed()->error.code, ErrorCode::kBusy);
  EXPECT_EQ(engine_->metrics().refused, 1);
  gate.open();
  running.wait();
  hurried.deadline_seconds = 60;
  EXPECT_EQ(ask_all({hurried})[0].text(), "hurried");
}

TEST_F(Batching, ASinkThatThrowsLosesItsRequestOnly) {
  begin();
  const Collected other = ask(asking("The other goes on."));
  std::atomic<int> events{0};
  std::promise<void> last;
  EXPECT_TRUE(engine_->submit(asking("abc"), [&](const GenerationEvent& event) {
    ++events;
    if (event.last()) last.set_value();
    throw std::runtime_error("full");
  }));
  last.get_future().wait();
  EXPECT_EQ(events, 2) << "queued, then the end";
  other.wait();
  EXPECT_EQ(other.text(), "The other goes on.");
}

TEST_F(Batching, ACancelGivesTheMemoryBack) {
  begin({.name = "", .prefix_cache = false});
  Gate gate;
  runner_->on_decode = [&] { gate.hold(); };
  Collected one;
  const auto id = engine_->submit(asking("abcdefgh"), one.sink());
  gate.wait_until_held();
  EXPECT_EQ(engine_->metrics().kv_blocks_used, 3);
  EXPECT_EQ(engine_->metrics().running, 1);
  engine_->cancel(*id);
  gate.open();
  one.wait();
  EXPECT_EQ(one.text(), "a");
  EXPECT_EQ(engine_->metrics().kv_blocks_used, 0);
}

TEST_F(Batching, AThousandRandomCancelsShortOfMemory) {
  begin({.name = "", .how = custom(6, 24), .blocks = 20});
  std::mt19937 random(3);
  std::vector<Collected> all;
  std::vector<std::string> texts;
  for (int i = 0; i < 1'000; ++i) {
    const std::string text(random() % 30 + 1, static_cast<char>('a' + random() % 2));
    std::vector<ContentPart> pictures;
    if (random() % 3 == 0) pictures.push_back(picture("p", 9));
    GenerationRequest request = about(text, pictures);
    request.priority = static_cast<int>(random() % 3);
    Collected one;
    auto id = engine_->submit(request, one.sink());
    while (!id) {
      std::this_thread::yield();
      id = engine_->submit(request, one.sink());
    }
    if (random() % 2 == 0) {
      if (random() % 2 == 0) one.wait_for(random() % 12);
      engine_->cancel(*id);
    }
    all.push_back(one);
    texts.push_back(text);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].wait();
    ASSERT_TRUE(all[i].finished()) << all[i].failed()->error.message;
    ASSERT_EQ(all[i].endings(), 1U);
    ASSERT_EQ(texts[i].compare(0, all[i].text().size(), all[i].text()), 0) << all[i].text();
  }
  const EngineMetrics metrics = engine_->metrics();
  EXPECT_EQ(metrics.finished, 1'000);
  EXPECT_EQ(metrics.kv_blocks_used, 0);
  EXPECT_EQ(runner_->prepared_alive, 0);
}

}  // namespace
}  // namespace fovea
