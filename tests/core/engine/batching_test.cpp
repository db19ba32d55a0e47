// Many requests at once: the answers that each would have had alone, and faults that stay with their cause.
#include "collected.h"
#include "core/engine/local_engine.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <future>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::custom;
using test::Gate;
using test::SyntheticRunner;
using ::testing::HasSubstr;

ContentPart picture(const std::string& name, int tokens) {
  auto pixels = std::make_shared<RgbImage>();
  pixels->width = tokens;
  pixels->height = 1;
  pixels->pixels.resize(3 * static_cast<std::size_t>(tokens));
  ImageInput image;
  image.name = name;
  image.decoded = pixels;
  return ImagePart{image};
}

GenerationRequest about(const std::string& text, const std::vector<ContentPart>& pictures) {
  GenerationRequest request = asking(text);
  auto& content = request.messages[0].content;
  content.insert(content.begin(), pictures.begin(), pictures.end());
  return request;
}

/// Questions whose answers depend on every token before them; many begin alike.
std::vector<GenerationRequest> questions() {
  std::mt19937 random(7);
  std::vector<GenerationRequest> all;
  for (int i = 0; i < 24; ++i) {
    std::vector<ContentPart> pictures;
    for (auto n = random() % 3; n > 0; --n) {
      const auto which = random() % 3;
      pictures.push_back(picture("picture " + std::to_string(which), 5 + 6 * static_cast<int>(which)));
    }
    const std::string text = "#" + std::string(random() % 40, 'q') + std::to_string(random() % 4);
    all.push_back(about(text, pictures));
    all.back().max_new_tokens = 1 + static_cast<int>(random() % 40);
    all.back().client = std::to_string(random() % 3);
    all.back().priority = static_cast<int>(random() % 2);
  }
  // Answered with themselves: guesses come true, and go astray where what repeats goes on in another way.
  for (const char* text :
       {"one two three one two four one two five", "abababababababababac", "xyxyxzxyxyxz"}) {
    all.push_back(asking(text));
  }
  return all;
}

struct Way {
  std::string name;
  SchedulingOptions how = custom(8, 256);
  bool prefix_cache = true;
  std::int64_t blocks = 1'000;
  bool throws = false;  ///< every step of several requests fails at first
  /// No step before others stand ready to crowd the pool, however slow the preparer's core is. For all of
  /// questions() at once.
  bool crowded = false;
  std::int64_t drafts = 7;
};

class Batching : public ::testing::Test {
 protected:
  void begin(const Way& way = {}) {
    engine_.reset();
    auto runner = std::make_unique<SyntheticRunner>();
    runner_ = runner.get();
    runner_->blocks = way.blocks;
    if (way.crowded) {
      const auto asked = std::make_shared<std::atomic<std::size_t>>(0);
      runner_->on_prepare = [asked] { ++*asked; };
      runner_->on_step = [asked, runner = runner_](std::span<const StepPart>) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        while (runner->prepared_alive < 5 && *asked < 24 && std::chrono::steady_clock::now() < end) {
          std::this_thread::yield();
        }
      };
    }
    if (way.throws) {
      runner_->on_step = [](std::span<const StepPart> parts) {
        if (parts.size() > 1 || parts[0].ids.size() > 3) throw std::bad_alloc();
      };
    }
    engine_ = std::make_unique<LocalEngine>(std::move(runner), way.how, way.prefix_cache, way.drafts);
  }
  Collected ask(const GenerationRequest& request) {
    Collected collected;
    const auto id = engine_->submit(request, collected.sink());
    if (!id) throw std::runtime_error(id.error().text());
    return collected;
  }
  std::vector<Collected> ask_all(const std::vector<GenerationRequest>& requests) {
    std::vector<Collected> out;
    for (const GenerationRequest& request : requests) out.push_back(ask(request));
    for (const Collected& one : out) one.wait();
    return out;
  }

  SyntheticRunner* runner_ = nullptr;
  std::unique_ptr<LocalEngine> engine_;
};

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
