#include "core/child/child_engine.h"

#include "core/api/question_plan.h"
#include "tests/core/child/listener.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea {
namespace {

using test::Listener;

EngineOptions mini() {
  EngineOptions options;
  options.model_folder = "resources/models/fovea-mini";
  options.threads = 1;
  return options;
}
ChildOptions program() {
  ChildOptions options;
  options.command = {FOVEA_PROGRAM, "engine-child"};
  return options;
}
GenerationRequest question(int tokens) {
  GenerationRequest request;
  request.messages.push_back(Message::text(Role::kUser, "What does it say?"));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = tokens;
  request.ignore_eos = true;
  return request;
}

TEST(ChildEngine, AKilledChildFailsItsAnswerKeepsTheTextAndTheNextIsAnswered) {
  Result<std::unique_ptr<SupervisedEngine>> engine = load_child_engine(mini(), {}, program());
  ASSERT_TRUE(engine) << engine.error().text();
  const ModelInfo before = (*engine)->model();
  EXPECT_EQ(before.name, "fovea-mini");
  Listener killed;
  ASSERT_TRUE((*engine)->submit(question(900), killed.sink()));
  ASSERT_TRUE(killed.wait([&] { return killed.ids.size() > 3; }));
  const pid_t first = (*engine)->process();
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  ASSERT_TRUE(killed.ended());
  ASSERT_TRUE(std::holds_alternative<Failed>(killed.last->what));
  EXPECT_EQ(std::get<Failed>(killed.last->what).error.code, ErrorCode::kEngineFailed);
  Listener next;
  ASSERT_TRUE((*engine)->submit(question(5), next.sink()));
  ASSERT_TRUE(next.ended());
  ASSERT_TRUE(std::holds_alternative<Finished>(next.last->what));
  EXPECT_EQ(next.ids.size(), 5U);
  EXPECT_NE((*engine)->process(), first);
  EXPECT_EQ(::kill(first, 0), -1) << "the dead child was not reaped";
}

TEST(ChildEngine, CancelsAndPreviewsAndCounts) {
  Result<std::unique_ptr<SupervisedEngine>> engine = load_child_engine(mini(), {}, program());
  ASSERT_TRUE(engine) << engine.error().text();
  Listener listener;
  const Result<RequestId> id = (*engine)->submit(question(900), listener.sink());
  ASSERT_TRUE(id);
  ASSERT_TRUE(listener.wait([&] { return !listener.ids.empty(); }));
  (*engine)->cancel(*id);
  ASSERT_TRUE(listener.ended());
  ASSERT_TRUE(std::holds_alternative<Finished>(listener.last->what));
  EXPECT_EQ(std::get<Finished>(listener.last->what).reason, FinishReason::kCancelled);
  const Result<Preview> preview = (*engine)->preview(question(1));
  ASSERT_TRUE(preview);
  EXPECT_GT(preview->prompt_tokens, 0);
  const Result<QuestionPlan> plan = plan_question(**engine, question(1));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->preview.prompt_tokens, preview->prompt_tokens);
  ASSERT_TRUE(plan->admission) << "the child knows, and its parent does not say it";
  EXPECT_EQ(plan->admission->verdict, AdmissionForecast::Verdict::kAtOnce);
  EXPECT_GT((*engine)->metrics().weights_bytes, 0U);
  EXPECT_EQ((*engine)->submit(question(0), listener.sink()).error().code, ErrorCode::kInvalidArgument);
}

TEST(ChildEngine, EndsItsRequestsAndItsChildWhenItIsDestroyed) {
  Result<std::unique_ptr<SupervisedEngine>> engine = load_child_engine(mini(), {}, program());
  ASSERT_TRUE(engine) << engine.error().text();
  const pid_t child = (*engine)->process();
  Listener listener;
  ASSERT_TRUE((*engine)->submit(question(900), listener.sink()));
  engine->reset();
  EXPECT_TRUE(listener.last.has_value());
  EXPECT_EQ(::kill(child, 0), -1);
}

TEST(ChildEngine, LoadingCanFailAndBeStopped) {
  EngineOptions missing = mini();
  missing.model_folder = "resources/models/none";
  EXPECT_FALSE(load_child_engine(missing, {}, program()));
  Result<std::unique_ptr<SupervisedEngine>> stopped = load_child_engine(
      mini(), [](const LoadProgress&) { return false; }, program());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

TEST(ChildEngine, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    Result<std::unique_ptr<SupervisedEngine>> engine = load_child_engine(mini(), {}, program());
    const pid_t child = engine ? (*engine)->process() : -1;
    (void)!::write(ends[1], &child, sizeof child);
    ::pause();
    ::_exit(0);
  }
  pid_t child = -1;
  ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  ASSERT_GT(child, 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    // A zombie whose new parent has not fetched it yet is gone too: it has no memory map.
    const std::string link = "/proc/" + std::to_string(child) + "/exe";
    char target[8];
    gone = ::readlink(link.c_str(), target, sizeof target) < 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(gone);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace fovea
