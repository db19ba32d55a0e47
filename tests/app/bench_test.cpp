#include "app/cli/exit_code.h"
#include "core/bench/report/run_bundle.h"
#include "tests/app/test_host.h"
#include "tests/core/bench/answering_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using test::Program;
using test::TemporaryFolder;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BenchTest : public ::testing::Test {
 protected:
  BenchTest() {
    TemporaryFolder::write("model/config.json", "{}");
    fovea_.script.model = test::scripted_model();
    fovea_.script.model.step_weight_bytes = 1'000'000;
    fovea_.script.preview.prompt_tokens = 812;
    fovea_.script.steps = {test::says("3"), test::finishes(5)};
  }

  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--model", "./model", "--quiet"});
    return fovea_.run(std::move(arguments));
  }

  Program fovea_;
};

TEST_F(BenchTest, DecodeShowsFiguresWithTheirFormulas) {
  EXPECT_EQ(run({"bench", "decode", "--repeat", "2"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("decode_tokens_per_s +20.0 +20.0 +20.0 +20.0 +2\n"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("  tpot_ms = (last token - first token) / (tokens - 1)\n"));
  EXPECT_EQ(fovea_.loads.at(0).draft_tokens, 0) << "a token a step";
  EXPECT_THAT(fovea_.out.text, ContainsRegex("A step reads 1.00 MB of weights, so at most [0-9]+ tokens/s"));
}

TEST_F(BenchTest, JsonHoldsEveryValue) {
  EXPECT_EQ(run({"bench", "batch", "--batches", "1,2", "--repeat", "3", "--json"}), kOk) << fovea_.err.text;
  const auto json = nlohmann::json::parse(fovea_.out.text);
  ASSERT_EQ(json["parts"].size(), 2U);
  EXPECT_EQ(json["parts"][1]["label"], "batch 2");
  EXPECT_EQ(json["parts"][1]["new_tokens"], 10);
  EXPECT_EQ(json["parts"][1]["figures"]["ttft_ms"]["values"].size(), 6U);
  EXPECT_EQ(json["stopped"], false);
  EXPECT_GT(json["read_bytes_per_second"][1], 1e6);
}

TEST_F(BenchTest, WrongNumbersAreNamed) {
  EXPECT_EQ(run({"bench", "ttft", "--size", "0x5"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--size"));
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "batch", "--batches", "2,x"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--batches"));
  EXPECT_THAT(fovea_.loads, IsEmpty());
}

TEST_F(BenchTest, AFailedAnswerFailsTheBenchmark) {
  fovea_.script.steps = {test::fails(ErrorCode::kModelError, "The model gave no number.")};
  EXPECT_EQ(run({"bench", "decode"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The model gave no number."));
  EXPECT_THAT(fovea_.out.text, HasSubstr("6 requests failed"));
}

TEST_F(BenchTest, AccuracyGradesByKind) {
  TemporaryFolder::write("cases/a.png", test::kPngHead);
  TemporaryFolder::write("cases/cases.json",
                         R"([{"file": "a.png", "question": "How many?", "answer": "3", "kind": "counts"},
                             {"file": "a.png", "question": "How many?", "answer": "30", "kind": "counts"},
                             {"file": "a.png", "question": "What?", "answer": "A star"}])");
  EXPECT_EQ(run({"bench", "accuracy", "cases/cases.json"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("counts +2 +50.0 % +33.3 %"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("all +3 +33.3 %"));
}

TEST_F(BenchTest, AccuracyIsKeptWithTheAnswersBesideTheTrueOnes) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("cases.json",
                         R"([{"file": "a.png", "question": "How many?", "answer": "3", "kind": "counts"},
                                           {"file": "a.png", "question": "How many?", "answer": "30", "kind": "counts"},
                                           {"file": "a.png", "question": "What?", "answer": "A star"}])");
  EXPECT_EQ(run({"bench", "accuracy", "cases.json", "--out", "kept"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("The report is kept/report.html."));
  const Result<bench::RunRecord> record = bench::read_bundle("kept");
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_TRUE(record->complete);
  EXPECT_EQ(record->name, "accuracy");
  EXPECT_THAT(record->command(), HasSubstr("fovea bench accuracy cases.json --out kept"));
  ASSERT_EQ(record->groups.size(), 2U);
  EXPECT_EQ(record->groups[0].label, "counts");
  EXPECT_EQ(record->groups[0].requests, 2);
  const auto figure = [](const bench::GroupRecord& group, const std::string& name) {
    for (const bench::RunFigure& one : group.figures) {
      if (one.name == name) return one.value();
    }
    return -1.0;
  };
  EXPECT_DOUBLE_EQ(figure(record->groups[0], "exact_percent"), 50.0);
  EXPECT_NEAR(figure(record->groups[0], "character_error_percent"), 100.0 / 3.0, 1e-9);
  EXPECT_DOUBLE_EQ(figure(record->groups[1], "exact_percent"), 0.0);
  ASSERT_EQ(record->requests.size(), 3U);
  EXPECT_EQ(record->requests[1].answer, "3");
  EXPECT_EQ(record->requests[1].wanted, "30");
  ASSERT_EQ(record->tables.size(), 2U);
  EXPECT_EQ(record->tables[0].rows.back(), (std::vector<std::string>{"all", "3", "33.3 %", "77.8 %"}));
  EXPECT_THAT(record->findings, ElementsAre(HasSubstr("1 of 3 answers are exact")));
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "accuracy", "cases.json", "--out", "kept"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("kept"));
}

TEST_F(BenchTest, AccuracyJudgesBoxesAndAsksWithEarlierTurns) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("b.png", test::kPngHead);
  TemporaryFolder::write("cases.json", R"([
    {"files": ["a.png", "b.png"], "question": "Where?", "kind": "boxes", "verdict": "box",
     "earlier": [["What?", "A cat."]], "answer": "{\"bbox_2d\": [0, 0, 100, 100], \"label\": \"cat\"}"},
    {"file": "a.png", "question": "Where?", "kind": "boxes", "verdict": "box",
     "answer": "{\"bbox_2d\": [0, 0, 100, 200]}"},
    {"file": "a.png", "question": "What?", "answer": "A cat", "kind": "names"}])");
  fovea_.script.steps = {test::says("{\"bbox_2d\": [0, 0, 100, 80]}"), test::finishes(5)};
  EXPECT_EQ(run({"bench", "accuracy", "cases.json", "--together", "1", "--out", "kept"}), kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("KIND +CASES +EXACT +CHARACTER ERROR +MEAN IOU"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("boxes +2 +50.0 % +- +0.600"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("names +1 +0.0 % +[0-9.]+ % +-"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("CHARACTERS +CASES +EXACT +CHARACTER ERROR\n5-9 +1 "));
  ASSERT_EQ(fovea_.requests().size(), 3U);
  const std::vector<Message>& turns = fovea_.request().messages;
  ASSERT_EQ(turns.size(), 3U);
  ASSERT_EQ(turns[0].content.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<ImagePart>(turns[0].content[0]));
  EXPECT_TRUE(std::holds_alternative<ImagePart>(turns[0].content[1]));
  EXPECT_EQ(turns[1].role, Role::kAssistant);
  EXPECT_EQ(std::get<TextPart>(turns[2].content.front()).text, "Where?");
  const Result<bench::RunRecord> record = bench::read_bundle("kept");
  ASSERT_TRUE(record) << record.error().text();
  const bench::RunFigure* iou = find(record->groups.at(0), "mean_iou");
  ASSERT_NE(iou, nullptr);
  EXPECT_NEAR(iou->value(), 0.6, 1e-9);
}

TEST_F(BenchTest, AccuracysJsonHasTheOverlapOfEachBox) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("cases.json", R"([
    {"file": "a.png", "question": "Where?", "kind": "boxes", "verdict": "box",
     "answer": "{\"bbox_2d\": [0, 0, 100, 100]}"},
    {"file": "a.png", "question": "What?", "answer": "A cat", "kind": "names"}])");
  fovea_.script.steps = {test::says("{\"bbox_2d\": [0, 0, 100, 80]}"), test::finishes(5)};
  EXPECT_EQ(run({"bench", "accuracy", "cases.json", "--json"}), kOk) << fovea_.err.text;
  const auto json = nlohmann::json::parse(fovea_.out.text);
  ASSERT_EQ(json["answers"].size(), 2U);
  EXPECT_EQ(json["answers"][0]["given"], "{\"bbox_2d\": [0, 0, 100, 80]}");
  EXPECT_EQ(json["answers"][0]["exact"], true);
  EXPECT_NEAR(json["answers"][0]["iou"].get<double>(), 0.8, 1e-9);
  EXPECT_FALSE(json["answers"][1].contains("iou"));
  EXPECT_NEAR(json["by_kind"][0]["mean_iou"].get<double>(), 0.8, 1e-9);
  EXPECT_EQ(json["by_kind"][0]["boxed"], 1);
  EXPECT_TRUE(json["by_kind"][0]["character_error"].is_null()) << "coordinates are not read as words";
  EXPECT_FALSE(json["by_kind"][1].contains("mean_iou"));
  EXPECT_NEAR(json["all"]["mean_iou"].get<double>(), 0.8, 1e-9);
  EXPECT_EQ(json["by_length"].size(), 1U);
}

TEST_F(BenchTest, RunsWithBoxesAreComparedAndChecked) {
  TemporaryFolder::write("a.png", test::kPngHead);
  std::string cases;
  for (int i = 0; i < 12; ++i) {
    cases += std::string(cases.empty() ? "[" : ",") +
             R"({"file": "a.png", "question": "Where?", "kind": "boxes", "verdict": "box",)" +
             R"("answer": "{\"bbox_2d\": [0, 0, 100, )" + std::to_string(100 + i) + R"(]}"})";
  }
  TemporaryFolder::write("cases.json", cases + "]");
  const auto kept = [&](const std::string& folder, const std::string& box) {
    fovea_.script.steps = {test::says("{\"bbox_2d\": " + box + "}"), test::finishes(5)};
    EXPECT_EQ(run({"bench", "accuracy", "cases.json", "--out", folder}), kOk) << fovea_.err.text;
  };
  kept("good", "[0, 0, 100, 100]");
  kept("bad", "[0, 0, 100, 40]");
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"bench", "compare", "good", "bad"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("boxes +mean_iou .*worse"));
  EXPECT_EQ(fovea_.run({"bench", "check", "good", "bad", "--max-regression", "5%"}), kAnswerFailed);
  EXPECT_EQ(fovea_.run({"bench", "check", "bad", "bad", "--max-regression", "5%"}), kOk);
  EXPECT_EQ(fovea_.run({"bench", "report", "good"}), kOk) << fovea_.err.text;
}

TEST_F(BenchTest, AccuracyWithoutAnyAnswerFails) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("cases.json", R"([{"file": "a.png", "question": "How many?", "answer": "3"}])");
  fovea_.script.steps = {test::fails(ErrorCode::kModelError, "The model gave no number.")};
  EXPECT_EQ(run({"bench", "accuracy", "cases.json"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The model gave no number."));
}

TEST_F(BenchTest, AccuracyTellsOfCasesWithoutAnAnswer) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("cases.json", R"([{"file": "a.png", "question": "One?", "answer": "3"},
                                           {"file": "a.png", "question": "Two?", "answer": "3"},
                                           {"file": "a.png", "question": "Three?", "answer": "3"}])");
  fovea_.connect_server = [](const ServerChoice&, const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
    return std::unique_ptr<Engine>(std::make_unique<bench::AnsweringEngine>(
        [](const GenerationRequest& request) -> bench::AnsweringEngine::Reply {
          if (std::get<TextPart>(request.messages[0].content.back()).text != "Two?") return {"3", {}, {}};
          return {"", {}, Error{ErrorCode::kInvalidImage, "a.png is damaged.", {}, {}}};
        }));
  };
  EXPECT_EQ(fovea_.run({"bench", "accuracy", "cases.json", "--quiet", "--server", "http://127.0.0.1:9"}),
            kOk);
  EXPECT_THAT(fovea_.out.text, ContainsRegex("all +3 +66.7 %"));
  EXPECT_THAT(fovea_.err.text, HasSubstr("No answer came to 1 of 3 cases, which counts as wrong. "
                                         "Case 2: a.png is damaged."));
}

TEST_F(BenchTest, AccuracySaysWhatIsWrongWithItsCases) {
  EXPECT_EQ(run({"bench", "accuracy", "nowhere.json"}), kUnreadableMedia);
  EXPECT_THAT(fovea_.err.text, HasSubstr("nowhere.json can't be read."));
  TemporaryFolder::write("cases.json", R"([{"file": "a.png", "question": 3}])");
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "accuracy", "cases.json"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("cases.json: case 1: question is no text."));
  TemporaryFolder::write("deep.json", std::string(200'000, '['));
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "accuracy", "deep.json"}), kWrongArguments);
}

}  // namespace
}  // namespace fovea::cli
