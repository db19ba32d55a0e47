// A time that is forecast before anybody has asked, and for what is kept already.
#include "collected.h"
#include "core/engine/local_engine.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::Gate;
using test::SyntheticRunner;
using namespace std::chrono_literals;

GenerationRequest asking_about(const std::string& picture, const std::string& text) {
  GenerationRequest request = asking(text);
  ImageInput image;
  image.name = picture;
  image.decoded = std::make_shared<RgbImage>(RgbImage{40, 1, std::vector<std::uint8_t>(120)});
  auto& content = request.messages[0].content;
  content.insert(content.begin(), ImagePart{image});
  return request;
}

class FirstForecast : public ::testing::Test {
 protected:
  LocalEngine& engine() {
    if (!engine_) engine_ = std::make_unique<LocalEngine>(std::move(owned_));
    return *engine_;
  }
  void wait_until_idle() {
    while (runner_.prepared_alive > 0 || asked() > 0) std::this_thread::sleep_for(1ms);
  }
  std::int64_t asked() {
    const EngineMetrics metrics = engine().metrics();
    return metrics.running + metrics.waiting;
  }

  std::unique_ptr<SyntheticRunner> owned_ = std::make_unique<SyntheticRunner>();
  SyntheticRunner& runner_ = *owned_;
  std::unique_ptr<LocalEngine> engine_;
};

TEST_F(FirstForecast, ThereIsNoneUntilAnythingWasRead) {
  EXPECT_FALSE(engine().plan(asking_about("a", "what"))->preview.ttft_seconds);
}

TEST_F(FirstForecast, IsThereAfterAQuestionOfItsOwnThatNobodySees) {
  runner_.on_look = [] { std::this_thread::sleep_for(1ms); };
  engine().calibrate();
  wait_until_idle();
  const auto forecast = engine().plan(asking_about("a", "what"))->preview.ttft_seconds;
  ASSERT_TRUE(forecast);
  EXPECT_GE(*forecast, 0.010) << "ten looks";
  EXPECT_GT(runner_.rows, 224 + 60);
  EXPECT_EQ(engine().metrics().finished, 0);
}

// What they share is ThreadSanitizer's to judge.
TEST_F(FirstForecast, MayBeAskedForWhileAPictureIsLookedAt) {
  runner_.on_look = [] { std::this_thread::sleep_for(1ms); };
  engine().calibrate();
  int forecasts = 0;
  while (asked() > 0) {
    EXPECT_TRUE(engine().plan(asking_about("a", "what")));
    ++forecasts;
  }
  EXPECT_GT(forecasts, 0);
}

TEST_F(FirstForecast, WhoAsksMeanwhileEndsIt) {
  Gate gate;
  runner_.on_look = [&] { gate.hold(); };
  engine().calibrate();
  gate.wait_until_held();
  const Collected answer = [&] {
    Collected collected;
    EXPECT_TRUE(engine().submit(asking("hello"), collected.sink()));
    return collected;
  }();
  gate.open();
  answer.wait();
  EXPECT_EQ(answer.text(), "hello");
  wait_until_idle();
  EXPECT_LT(runner_.rows, 224) << "its picture was not read to the end";
  EXPECT_EQ(engine().metrics().finished, 1);
}

TEST_F(FirstForecast, NobodyIsHeldUpByOneThatComesLate) {
  Gate gate;
  runner_.on_prefill = [&] { gate.hold(); };
  Collected answer;
  ASSERT_TRUE(engine().submit(asking("hello"), answer.sink()));
  gate.wait_until_held();
  engine().calibrate();
  EXPECT_EQ(engine().metrics().waiting, 0);
  gate.open();
  answer.wait();
}

TEST_F(FirstForecast, APictureThatIsKeptIsNotLookedAtAgain) {
  runner_.on_look = [] { std::this_thread::sleep_for(20ms); };
  Collected answer;
  ASSERT_TRUE(engine().submit(asking_about("a", "what"), answer.sink()));
  answer.wait();
  const auto kept = engine().plan(asking_about("a", "what else"))->preview.ttft_seconds;
  const auto other = engine().plan(asking_about("b", "what else"))->preview.ttft_seconds;
  ASSERT_TRUE(kept && other);
  EXPECT_GE(*other, 0.2) << "ten looks";
  EXPECT_LT(*kept, *other - 0.19);
}

TEST_F(FirstForecast, APictureIsNotLookedAtAgainWhereItsFeaturesAreKeptButNotItsKeysAndValues) {
  runner_.on_look = [] { std::this_thread::sleep_for(20ms); };
  runner_.keeps_features = true;
  const auto behind_text = [](const std::string& picture) {
    GenerationRequest request = asking_about(picture, "what");
    request.messages[0].content.insert(request.messages[0].content.begin(), TextPart{"first some text"});
    return request;
  };
  Collected answer;
  ASSERT_TRUE(engine().submit(asking_about("a", "what"), answer.sink()));
  answer.wait();
  const auto kept = engine().plan(behind_text("a"))->preview.ttft_seconds;
  const auto other = engine().plan(behind_text("b"))->preview.ttft_seconds;
  ASSERT_TRUE(kept && other);
  EXPECT_GE(*other, 0.2) << "ten looks";
  EXPECT_LT(*kept, *other - 0.19);
}

}  // namespace
}  // namespace fovea
