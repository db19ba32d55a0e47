// The model in the box: an answer that was cut and continued is the answer that was not.

#include "collected.h"
#include "picture_questions.h"

#include <memory>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;

class ContinuedAnswer : public ::testing::Test {
 protected:
  ContinuedAnswer() {
    EngineOptions options;
    options.model_folder = "resources/models/fovea-mini";
    auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
    EXPECT_TRUE(loaded) << loaded.error().text();
    engine_ = std::move(loaded).value();
  }
  Collected ask(GenerationRequest request) {
    Collected collected;
    EXPECT_TRUE(engine_->submit(std::move(request), collected.sink()));
    collected.wait();
    return collected;
  }
  std::int64_t prompt_tokens(const GenerationRequest& request) {
    return engine_->preview(request)->prompt_tokens;
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(ContinuedAnswer, HasTheIdsOfOneThatWasNotCut) {
  GenerationRequest question = test::asking_about("Read the text.", {"resources/samples/notice.png"}, 64);
  const std::vector<std::int32_t> whole = ask(question).ids();
  const std::int64_t asked = prompt_tokens(question);
  ASSERT_GT(whole.size(), 8U);
  int compared = 0;
  for (std::size_t cut = 1; cut + 1 < whole.size(); ++cut) {
    GenerationRequest first = question;
    first.max_new_tokens = static_cast<int>(cut);
    GenerationRequest second = question;
    second.messages.push_back(Message::text(Role::kAssistant, ask(first).text()));
    second.continue_answer = true;
    // Where a word is cut, its beginning may be written in other tokens than the model chose.
    if (prompt_tokens(second) != asked + static_cast<std::int64_t>(cut)) continue;
    const std::vector<std::int32_t> rest = ask(second).ids();
    EXPECT_EQ(rest, std::vector<std::int32_t>(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()))
        << cut;
    ++compared;
  }
  EXPECT_GT(compared, static_cast<int>(whole.size()) / 3);
}

TEST_F(ContinuedAnswer, NeedsOneThatWasBegun) {
  GenerationRequest request = test::asking_about("Read the text.", {"resources/samples/notice.png"}, 8);
  request.continue_answer = true;
  EXPECT_EQ(engine_->submit(request, [](const GenerationEvent&) {}).error().field, "continue_answer");
}

}  // namespace
}  // namespace fovea
