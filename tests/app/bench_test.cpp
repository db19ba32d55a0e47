#include "app/cli/exit_code.h"
#include "core/bench/report/run_bundle.h"
#include "tests/app/test_host.h"

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

TEST_F(BenchTest, AccuracyWithoutAnyAnswerFails) {
  TemporaryFolder::write("a.png", test::kPngHead);
  TemporaryFolder::write("cases.json", R"([{"file": "a.png", "question": "How many?", "answer": "3"}])");
  fovea_.script.steps = {test::fails(ErrorCode::kModelError, "The model gave no number.")};
  EXPECT_EQ(run({"bench", "accuracy", "cases.json"}), kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The model gave no number."));
}

TEST_F(BenchTest, AccuracySaysWhatIsWrongWithItsCases) {
  EXPECT_EQ(run({"bench", "accuracy", "nowhere.json"}), kUnreadableMedia);
  EXPECT_THAT(fovea_.err.text, HasSubstr("nowhere.json can't be read."));
  TemporaryFolder::write("cases.json", R"([{"file": "a.png", "question": 3}])");
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "accuracy", "cases.json"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("case 1 lacks file, question or answer."));
  TemporaryFolder::write("deep.json", std::string(200'000, '['));
  fovea_.err.text.clear();
  EXPECT_EQ(run({"bench", "accuracy", "deep.json"}), kWrongArguments);
}

}  // namespace
}  // namespace fovea::cli
