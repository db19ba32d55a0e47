#include "app/cli/exit_code.h"
#include "core/api/weight_group.h"
#include "tests/app/test_host.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;
using test::Program;
using test::TemporaryFolder;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The verbs that keep runs, on an engine whose answers are there at once and say they took two seconds.
class BenchRunsTest : public ::testing::Test {
 protected:
  BenchRunsTest() {
    TemporaryFolder::write("model/config.json", "{}");
    TemporaryFolder::write("receipt.png", test::kPngHead);
    fovea_.script.model = test::scripted_model();
    fovea_.script.preview.prompt_tokens = 64;
    fovea_.script.steps = {test::says("3"), test::finishes(5)};
  }

  int run(std::vector<std::string> arguments) {
    fovea_.out.text.clear();
    fovea_.err.text.clear();
    return fovea_.run(std::move(arguments));
  }
  int load(const std::string& folder) {
    return run({"bench", "load", "--concurrency", "1,2", "--requests", "8", "--size", "16x16", "--goodput",
                "ttft:1500", "tpot:60", "--model", "./model", "--quiet", "--out", folder});
  }
  static std::string text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  Program fovea_;
};

TEST_F(BenchRunsTest, LoadShowsAndKeepsTheRun) {
  EXPECT_EQ(load("run"), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("1 at once +8 +0 +1000 +1000 +50.0 +1200"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("  ttft_ms = first token - submission\n"));
  for (const char* file : {"requests.jsonl", "summary.json", "report.md", "requests.csv", "report.html"}) {
    EXPECT_GT(text(fs::path("run") / file).size(), 100U) << file;
  }
  const auto json = nlohmann::json::parse(text("run/summary.json"));
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["groups"][1]["label"], "2 at once");
  EXPECT_EQ(json["groups"][1]["figures"]["ttft_ms"]["median"], 1000.0);
  EXPECT_EQ(json["limits"]["tpot_ms"], 60.0);
  EXPECT_THAT(json["command"].get<std::string>(), HasSubstr("fovea bench load --concurrency 1,2"));
  EXPECT_EQ(load("run"), kWrongArguments) << "nothing is overwritten";
}

TEST_F(BenchRunsTest, TtftAndDecodeAreKeptWhereTheyAreAskedTo) {
  EXPECT_EQ(run({"bench", "ttft", "--repeat", "3", "--size", "16x16", "--model", "./model", "--out", "ttft"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("The report is ttft/report.html."));
  auto json = nlohmann::json::parse(text("ttft/summary.json"));
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["groups"][0]["label"], "16 x 16 pixels");
  EXPECT_EQ(json["groups"][0]["requests"], 3);
  EXPECT_EQ(json["groups"][1]["label"], "16 x 16 pixels, second question");
  EXPECT_EQ(json["groups"][0]["figures"]["ttft_ms"]["median"], 1000.0);
  EXPECT_EQ(json["command"], "fovea bench ttft --repeat 3 --size 16x16 --model ./model --out ttft");
  EXPECT_EQ(run({"bench", "check", "ttft", "--quiet"}), kOk) << fovea_.err.text;
  EXPECT_EQ(run({"bench", "decode", "--model", "./model", "--quiet", "--out", "ttft"}), kWrongArguments)
      << "nothing is overwritten";
  EXPECT_EQ(run({"bench", "decode", "--model", "./model", "--quiet", "--out", "decode"}), kOk);
  json = nlohmann::json::parse(text("decode/summary.json"));
  EXPECT_EQ(json["groups"][0]["requests"], 5);
}

TEST_F(BenchRunsTest, LoadNamesWhatMakesNoSense) {
  const auto wrong = [&](std::vector<std::string> arguments, const char* named) {
    arguments.insert(arguments.begin(), {"bench", "load", "--model", "./model", "--quiet"});
    EXPECT_EQ(run(arguments), kWrongArguments) << named;
    EXPECT_THAT(fovea_.err.text, HasSubstr(named));
  };
  wrong({"--rate", "1,x"}, "--rate");
  wrong({"--rate", "0"}, "--rate");
  wrong({"--concurrency", "1.5"}, "--concurrency");
  wrong({"--rate", "1", "--concurrency", "1"}, "choose one");
  wrong({"--goodput", "ttft"}, "--goodput");
  wrong({"ttft:5"}, "belongs to no option");
  wrong({"--no-picture", "--size", "16x16"}, "--no-picture");
  EXPECT_THAT(fovea_.loads, IsEmpty());
}

TEST_F(BenchRunsTest, ARunThatNobodyAnswersFails) {
  fovea_.script.steps = {test::fails(ErrorCode::kModelError, "The model gave no number.")};
  EXPECT_EQ(run({"bench", "load", "--requests", "3", "--size", "16x16", "--model", "./model"}),
            kAnswerFailed);
  EXPECT_THAT(fovea_.err.text, HasSubstr("The model gave no number."));
}

TEST_F(BenchRunsTest, CompareSaysThatEqualRunsShowNoDifference) {
  ASSERT_EQ(load("a"), kOk);
  ASSERT_EQ(load("b"), kOk);
  EXPECT_EQ(run({"bench", "compare", "a", "b"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text,
              ContainsRegex("2 at once +ttft_ms +median +1000 +1000 +.0.0 % .*no difference shown"));
  EXPECT_EQ(run({"bench", "compare", "a", "nowhere"}), kUnreadableMedia);
  EXPECT_EQ(run({"bench", "compare", "a"}), kWrongArguments);
}

TEST_F(BenchRunsTest, CheckFailsOnARegressionAndRunsTheBaselineAgain) {
  ASSERT_EQ(load("baseline"), kOk);
  auto finished = std::get<Finished>(test::finishes(5).event);
  for (double& time : finished.metrics.token_times) time *= 1.2;
  fovea_.script.steps = {test::says("3"), {std::chrono::milliseconds(0), finished}};
  EXPECT_EQ(run({"bench", "check", "baseline", "--max-regression", "10%", "--quiet", "--out", "again"}),
            kAnswerFailed)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("Regression: 1 at once, ttft_ms (median) is +20.0 % worse."));
  EXPECT_TRUE(fs::exists("again/report.html"));
  EXPECT_EQ(run({"bench", "check", "baseline", "again", "--max-regression", "100 %"}), kOk);
  run({"bench", "check", "again", "baseline"});
  EXPECT_THAT(fovea_.out.text, ContainsRegex("1 at once +ttft_ms +median .*better"));
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("ttft_ms (median) is"))) << "better is no regression";
  EXPECT_EQ(run({"bench", "check", "baseline", "--max-regression", "much"}), kWrongArguments);
}

TEST_F(BenchRunsTest, CheckDoesNotAskAServerThatAFileNames) {
  ASSERT_EQ(load("baseline"), kOk);
  auto json = nlohmann::json::parse(text("baseline/summary.json"));
  json["arguments"] = {"bench", "load", "--server", "http://example.org", "--server-key-file", "secret"};
  std::ofstream("baseline/summary.json") << json;
  bool connected = false;
  fovea_.connect_server = [&](const ServerChoice&, const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
    connected = true;
    return Error{};
  };
  EXPECT_EQ(run({"bench", "check", "baseline"}), kWrongArguments);
  EXPECT_FALSE(connected);
}

TEST_F(BenchRunsTest, BatchSweepRecommendsASize) {
  EXPECT_EQ(run({"bench", "sweep", "batch", "--most", "4", "--repeat", "2", "--size", "16x16", "--within",
                 "5", "--model", "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("For answers within 5.00 s: "));
}

TEST_F(BenchRunsTest, ResolutionSweepTurnsCachesOffAndComparesAnswers) {
  EXPECT_EQ(run({"bench", "sweep", "resolution", "receipt.png", "--sides", "32,64", "--repeat", "2",
                 "--model", "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("From 32 x 32 on the answer stays as it is"));
  EXPECT_EQ(fovea_.loads.back().vision_cache_bytes, 0U);
}

TEST_F(BenchRunsTest, StatesBeginIdle) {
  EXPECT_EQ(run({"bench", "states", "--seconds", "0.2", "--think", "0.1", "--rates", "20", "--size", "16x16",
                 "--model", "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("idle +0 +0 +- "));
}

TEST_F(BenchRunsTest, AblationSaysWhatASwitchDid) {
  EXPECT_EQ(run({"bench", "ablation", "receipt.png", "--only", "speculation", "--repeat", "1", "--model",
                 "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("it did nothing here"));
  EXPECT_EQ(run({"bench", "ablation", "--list"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("vision_cache"));
  EXPECT_EQ(run({"bench", "ablation", "--only", "luck", "receipt.png"}), kWrongArguments);
  fovea_.record->requests.clear();
  EXPECT_EQ(run({"bench", "ablation", "receipt.png", "--only", "limit_256", "--repeat", "1", "--model",
                 "./model", "--quiet"}),
            kOk);
  EXPECT_EQ(fovea_.requests().at(1).max_new_tokens, 1024);
  EXPECT_EQ(fovea_.requests().back().max_new_tokens, 256);
}

TEST_F(BenchRunsTest, ResumeMeasuresWhatIsMissing) {
  ASSERT_EQ(load("whole"), kOk);
  ASSERT_EQ(load("cut"), kOk);
  // As a process that was killed in the second group leaves it.
  auto json = nlohmann::ordered_json::parse(text("cut/summary.json"));
  json["complete"] = false;
  json["parts"] = {"1 at once, round 1"};
  json["parts_requests"] = 8;
  std::ofstream("cut/summary.json") << json;
  fs::remove("cut/report.html");
  ASSERT_EQ(run({"bench", "report", "cut"}), kOk) << fovea_.err.text;
  EXPECT_THAT(text("cut/report.html"), HasSubstr("Not complete"));
  fovea_.record->requests.clear();
  ASSERT_EQ(run({"bench", "load", "--resume", "cut", "--quiet"}), kOk) << fovea_.err.text;
  EXPECT_EQ(fovea_.requests().size(), 2U + 8U) << "warm-up and the second group";
  const auto after = nlohmann::json::parse(text("cut/summary.json"));
  EXPECT_EQ(after["complete"], true);
  EXPECT_EQ(after["groups"][0]["requests"], 8);
  EXPECT_EQ(after["groups"][1]["requests"], 8);
  EXPECT_EQ(after["arguments"].dump(), json["arguments"].dump());
  EXPECT_EQ(run({"bench", "load", "--resume", "whole"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("complete"));
  EXPECT_EQ(run({"bench", "states", "--resume", "cut"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("is not one of `fovea bench states`"));
  EXPECT_EQ(run({"bench", "load", "--resume", "nowhere"}), kUnreadableMedia);
}

TEST_F(BenchRunsTest, ResumeLeavesARunAloneThatBeganOtherwise) {
  ASSERT_EQ(load("cut"), kOk);
  auto json = nlohmann::ordered_json::parse(text("cut/summary.json"));
  json["complete"] = false;
  json["parts"] = nlohmann::json::array();
  json["parts_requests"] = 0;
  std::ofstream("cut/summary.json") << json;
  const std::string before = text("cut/requests.jsonl");
  EXPECT_EQ(run({"bench", "load", "--concurrency", "4", "--model", "./model", "--resume", "cut"}),
            kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("began with other options"));
  EXPECT_EQ(text("cut/requests.jsonl"), before);
  json["arguments"] = {"bench", "load", "--server", "http://example.org"};
  std::ofstream("cut/summary.json") << json;
  EXPECT_EQ(run({"bench", "load", "--resume", "cut"}), kWrongArguments) << "a file must not name a server";
  EXPECT_THAT(fovea_.err.text, HasSubstr("measured on a server"));
}

TEST_F(BenchRunsTest, FormatsStandSideBySide) {
  EXPECT_EQ(run({"bench", "formats", "--formats", "bf16,int4,int8-row,kv-int8", "--picture", "receipt.png",
                 "--question", "What?", "--repeat", "5", "--model", "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  ASSERT_EQ(fovea_.loads.size(), 4U);
  EXPECT_EQ(fovea_.loads[0].weights.format, WeightFormat::kModel);
  EXPECT_EQ(fovea_.loads[0].kv_cache_type, KvCacheType::kAuto);
  EXPECT_EQ(fovea_.loads[2].weights.format, WeightFormat::kInt8);
  EXPECT_EQ(fovea_.loads[2].weights.group, kWholeRow);
  EXPECT_EQ(fovea_.loads[3].weights.format, WeightFormat::kModel);
  EXPECT_EQ(fovea_.loads[3].kv_cache_type, KvCacheType::kInt8);
  EXPECT_EQ(fovea_.loads[0].compute_type, ComputeType::kBFloat16);
  EXPECT_EQ(fovea_.loads[1].weights.format, WeightFormat::kInt4);
  EXPECT_EQ(fovea_.loads[1].vision_cache_bytes, 0U);
  EXPECT_EQ(fovea_.loads[1].draft_tokens, 0);
  EXPECT_THAT(fovea_.out.text, HasSubstr("int4 against bf16: TTFT no difference shown"));
  EXPECT_EQ(run({"bench", "formats", "--formats", "bf16,int3"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("int3"));
}

TEST_F(BenchRunsTest, LongSaysThatNothingDrifts) {
  EXPECT_EQ(run({"bench", "long", "--minutes", "0.01", "--windows", "2", "--size", "16x16", "--model",
                 "./model", "--quiet"}),
            kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("Time for each token: no drift shown"));
}

TEST_F(BenchRunsTest, JsonIsTheSummary) {
  EXPECT_EQ(run({"bench", "load", "--rate", "200", "--requests", "5", "--size", "16x16", "--json", "--model",
                 "./model", "--quiet"}),
            kOk);
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["groups"][0]["label"], "200 requests/s");
  EXPECT_EQ(json["groups"][0]["requests"], 5);
}

}  // namespace
}  // namespace fovea::cli
