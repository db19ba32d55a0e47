#include "core/bench/accuracy.h"

#include "core/bench/accuracy_record.h"
#include "core/bench/report/html_report.h"
#include "core/bench/report/text_reports.h"
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

AccuracyCase located(const std::string& kind, const std::string& answer) {
  AccuracyCase one = asked(kind, answer);
  one.boxes = boxes_in(answer);
  return one;
}

/// Graded by an engine that always names the same box.
std::vector<GradedCase> with_boxes() {
  test::Script script;
  script.model = test::scripted_model();
  script.steps = {test::says("{\"bbox_2d\": [0, 0, 100, 60], \"label\": \"a\"}"), test::finishes(9)};
  test::ScriptedEngine engine(script);
  return run_accuracy(engine,
                      {located("boxes", "{\"bbox_2d\": [0, 0, 100, 100]}"),
                       located("boxes", "{\"bbox_2d\": [0, 0, 100, 200]}"),
                       asked("words", "{\"bbox_2d\": [0, 0, 100, 60], \"label\": \"b\"}")},
                      1, {}, {});
}

TEST(Accuracy, BoxesAreJudgedByTheirOverlapAndNotByCharacters) {
  const auto graded = with_boxes();
  ASSERT_EQ(graded.size(), 3U);
  EXPECT_TRUE(graded[0].exact);
  ASSERT_TRUE(graded[0].iou);
  EXPECT_NEAR(*graded[0].iou, 0.6, 1e-12);
  EXPECT_EQ(graded[0].edits, 0);
  EXPECT_FALSE(graded[1].exact);
  EXPECT_NEAR(*graded[1].iou, 0.3, 1e-12);
  EXPECT_FALSE(graded[2].exact) << "without the verdict it is words";
  EXPECT_FALSE(graded[2].iou);
  const auto kinds = by_kind(graded);
  EXPECT_EQ(kinds[0].boxed, 2);
  EXPECT_NEAR(kinds[0].mean_iou(), 0.45, 1e-12);
  EXPECT_EQ(kinds[1].boxed, 0);
  EXPECT_EQ(in_all(graded).edits, 1);
  EXPECT_NEAR(in_all(graded).mean_iou(), 0.45, 1e-12);
  const auto lengths = by_length(graded);
  ASSERT_EQ(lengths.size(), 1U);
  EXPECT_EQ(lengths[0].cases, 1) << "a box has no length";
}

TEST(Accuracy, AFailedAnswerIsWrongWhateverItsBoxes) {
  test::Script script;
  script.steps = {test::says("{\"bbox_2d\": [0, 0, 100, 100]}"), test::fails(ErrorCode::kModelError, "No.")};
  test::ScriptedEngine engine(script);
  const auto graded = run_accuracy(engine, {located("boxes", "{\"bbox_2d\": [0, 0, 100, 100]}")}, 1, {}, {});
  ASSERT_EQ(graded.size(), 1U);
  EXPECT_FALSE(graded.front().exact);
}

TEST(Accuracy, MeanIouIsAFigureOfTheKindInEveryReport) {
  const auto graded = with_boxes();
  RunRecorder recorder({});
  for (const GradedCase& one : graded) add_graded(recorder, one, {}, 0.0);
  conclude_accuracy(recorder.record(), graded);
  recorder.finish(false);
  const RunRecord& record = recorder.record();
  ASSERT_EQ(record.groups.size(), 2U);
  const RunFigure* iou = find(record.groups[0], "mean_iou");
  ASSERT_NE(iou, nullptr);
  EXPECT_NEAR(iou->value(), 0.45, 1e-12);
  EXPECT_EQ(iou->better, Better::kHigher);
  EXPECT_EQ(find(record.groups[0], "character_error_percent"), nullptr);
  EXPECT_NEAR(find(record.groups[0], "exact_percent")->value(), 50.0, 1e-12);
  EXPECT_EQ(find(record.groups[1], "mean_iou"), nullptr);
  ASSERT_NE(find(record.groups[1], "character_error_percent"), nullptr);
  ASSERT_EQ(record.tables.size(), 2U);
  EXPECT_EQ(record.tables[0].columns.back(), "Mean IoU");
  EXPECT_EQ(record.tables[0].rows[0], (std::vector<std::string>{"boxes", "2", "50.0 %", "", "0.45"}));
  EXPECT_EQ(record.tables[0].rows[1].back(), "");
  EXPECT_EQ(record.tables[0].rows[2].back(), "0.45");
  EXPECT_EQ(record.tables[1].columns.back(), "Character error") << "lengths are of words alone";
  ASSERT_EQ(record.findings.size(), 2U);
  EXPECT_TRUE(record.findings[1].starts_with("Cases with boxes: 2; their mean IoU is 0.45."))
      << record.findings[1];
  for (const std::string& report : {markdown_report(record), html_report(record)}) {
    EXPECT_NE(report.find("mean_iou"), std::string::npos);
    EXPECT_NE(report.find("common area of a true box and its given one / area of either"), std::string::npos)
        << "the formula";
    EXPECT_NE(report.find("Mean IoU"), std::string::npos);
  }
}

TEST(Accuracy, ARunOfBoxesAloneSaysNothingOfCharacters) {
  auto graded = with_boxes();
  graded.pop_back();
  RunRecord record;
  conclude_accuracy(record, graded);
  ASSERT_EQ(record.tables.size(), 1U);
  ASSERT_EQ(record.findings.size(), 2U);
  EXPECT_EQ(record.findings[0], "1 of 2 answers are exact (50.0 %).");
}

}  // namespace
}  // namespace fovea::bench
