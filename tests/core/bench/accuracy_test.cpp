#include "core/bench/accuracy.h"

#include "tests/support/scripted_engine.h"

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

AccuracyCase asked(const std::string& kind, const std::string& answer) {
  AccuracyCase one;
  one.kind = kind;
  one.answer = answer;
  one.request.messages.push_back(Message::text(Role::kUser, "What is it?"));
  return one;
}

TEST(CharacterEdits, CountsCharactersNotBytes) {
  EXPECT_EQ(character_edits("", ""), 0);
  EXPECT_EQ(character_edits("", "abc"), 3);
  EXPECT_EQ(character_edits("kitten", "sitting"), 3);
  EXPECT_EQ(character_edits("Zürich", "Zurich"), 1);
  EXPECT_EQ(character_edits("価格", "価値"), 1);
}

TEST(Accuracy, GradesEveryCaseAndCountsByKindAndLength) {
  test::Script script;
  script.model = test::scripted_model();
  script.steps = {test::says(" Nora "), test::says("Finch\n"), test::finishes(2)};
  test::ScriptedEngine engine(script);
  const std::vector<AccuracyCase> cases = {asked("form", "Nora  Finch"), asked("form", "Nora Finch"),
                                           asked("shapes", "3")};
  std::size_t told = 0;
  const auto graded = run_accuracy(engine, cases, 2, [&](std::size_t done, std::size_t) { told = done; }, {});
  ASSERT_EQ(graded.size(), 3U);
  EXPECT_EQ(told, 3U);
  EXPECT_FALSE(graded[0].exact);  // white space within counts
  EXPECT_TRUE(graded[1].exact);   // that around it doesn't
  const auto kinds = by_kind(graded);
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].label, "form");
  EXPECT_EQ(kinds[0].exact, 1);
  EXPECT_EQ(kinds[0].cases, 2);
  EXPECT_EQ(kinds[0].edits, 1);
  EXPECT_EQ(by_length(graded).front().label, "0-4");
  EXPECT_EQ(in_all(graded).cases, 3);
  EXPECT_EQ(in_all(graded).characters, 22);
}

TEST(Accuracy, AFailedAnswerIsWrong) {
  test::Script script;
  script.steps = {test::says("3"), test::fails(ErrorCode::kModelError, "No.")};
  test::ScriptedEngine engine(script);
  const auto graded = run_accuracy(engine, {asked("shapes", "3")}, 1, {}, {});
  ASSERT_EQ(graded.size(), 1U);
  EXPECT_FALSE(graded.front().exact);
  EXPECT_TRUE(graded.front().error);
}

}  // namespace
}  // namespace fovea::bench
