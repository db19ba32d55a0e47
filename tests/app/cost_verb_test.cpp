#include "app/cli/answer_price.h"
#include "app/cli/cost_output.h"
#include "app/cli/exit_code.h"
#include "tests/app/test_host.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using test::Program;
using test::TemporaryFolder;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CostVerbTest : public ::testing::Test {
 protected:
  CostVerbTest() { setenv("XDG_CONFIG_HOME", (fovea_.folder.path() / "config").c_str(), 1); }
  ~CostVerbTest() override { unsetenv("XDG_CONFIG_HOME"); }

  int run(std::vector<std::string> arguments) {
    fovea_.out.text.clear();
    fovea_.err.text.clear();
    arguments.insert(arguments.begin(), "cost");
    return fovea_.run(std::move(arguments));
  }
  nlohmann::json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    EXPECT_EQ(run(std::move(arguments)), kOk) << fovea_.err.text;
    return nlohmann::json::parse(fovea_.out.text);
  }

  Program fovea_;
};

TEST_F(CostVerbTest, ShowsInputsResultsAndFormulas) {
  EXPECT_EQ(run({"--currency", "CNY", "--rent-per-hour", "3.6", "--disk-per-hour", "0.4"}), kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("rent-per-hour +3.60 +CNY/h +given\n"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("month-days +30.00 +days +standard\n"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("cost_per_month +2,880 +CNY\n"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("disk_per_month = 24 * month-days * disk_per_hour\n"));
}

TEST_F(CostVerbTest, ReadsABenchmark) {
  TemporaryFolder::write("model/config.json", "{}");
  fovea_.script.model = test::scripted_model();
  fovea_.script.preview.prompt_tokens = 812;
  fovea_.script.steps = {test::says("3"), test::finishes(5)};
  ASSERT_EQ(fovea_.run({"bench", "batch", "--batches", "1,2", "--repeat", "1", "--json", "--quiet", "--model",
                        "./model"}),
            kOk);
  TemporaryFolder::write("b.json", fovea_.out.text);
  const auto result = json({"--bench", "b.json", "--rent-per-hour", "3.6", "--rate", "1", "--p99-seconds",
                            "60", "--samples", "2000"});
  EXPECT_EQ(result["inputs"]["answer-tokens"]["value"], 5);
  EXPECT_EQ(result["inputs"]["answer-tokens"]["from"], "measured");
  EXPECT_GT(result["sections"]["answer"]["results"]["cost_per_answer"]["value"], 0.0);
  EXPECT_GE(result["sections"]["machines"]["results"]["machines"]["value"], 1.0);
  const auto both = json({"--bench", "a=b.json", "--bench", "b=b.json", "--rent-per-hour", "3.6"});
  EXPECT_NEAR(both["sections"]["formats"]["results"]["b_saves"]["value"].get<double>(), 0.0, 1e-9);
}

TEST_F(CostVerbTest, AFilesInputsCountLessThanThoseGiven) {
  TemporaryFolder::write(
      "c.yaml", "currency: EUR\nrent_per_hour: 2\ndisk-per-hour: 1\nbuy-price: 500\nbasis: bought\n");
  const auto result = json({"--file", "c.yaml", "--rent-per-hour", "3"});
  EXPECT_EQ(result["currency"], "EUR");
  EXPECT_EQ(result["basis"], "bought");
  EXPECT_EQ(result["inputs"]["rent-per-hour"]["value"], 3.0);
  EXPECT_EQ(result["inputs"]["rent-per-hour"]["from"], "given");
  EXPECT_EQ(result["inputs"]["disk-per-hour"]["from"], "file");
  EXPECT_EQ(json({"--file", "c.yaml", "--basis", "rented"})["basis"], "rented");
}

TEST_F(CostVerbTest, KeepsInputsForTheNextTimeAndForAnswers) {
  EXPECT_THAT(answer_price_line(2.0, "config/fovea/cost.yaml"), IsEmpty());
  ASSERT_EQ(run({"--currency", "EUR", "--rent-per-hour", "1.8", "--save"}), kOk) << fovea_.err.text;
  EXPECT_EQ(json({})["inputs"]["rent-per-hour"]["from"], "file");
  std::ifstream kept("config/fovea/cost.yaml");
  const std::string yaml{std::istreambuf_iterator<char>(kept), {}};
  EXPECT_THAT(yaml, HasSubstr("rent-per-hour: 1.8  # money/h\n"));
  EXPECT_THAT(yaml, HasSubstr("# redone-share: 0.1  # "));
  EXPECT_THAT(answer_price_line(2.0, "config/fovea/cost.yaml"),
              HasSubstr("Cost: 0.00100 EUR, for 2.00 s of a machine, rented"));
  TemporaryFolder::write("model/config.json", "{}");
  fovea_.script.steps = {test::says("Blue."), test::finishes(5)};
  fovea_.err.text.clear();
  ASSERT_EQ(fovea_.run({"ask", "What?", "--timings", "--model", "./model"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.err.text, HasSubstr("Cost: "));
  TemporaryFolder::write("config/fovea/cost.yaml", "rent_per_hour: [");
  EXPECT_THAT(answer_price_line(2.0, "config/fovea/cost.yaml"), HasSubstr("is no YAML"));
}

TEST_F(CostVerbTest, ComparesWithTheUsersTableInTheUsersCurrency) {
  TemporaryFolder::write(
      "p.yaml",
      "apis:\n  - {name: far, currency: USD, exchange: 7, million_in: 1, million_out: 2, request: 0.01}\n");
  const auto result = json(
      {"--api-prices", "p.yaml", "--currency", "CNY", "--prompt-tokens", "1000", "--answer-tokens", "500"});
  EXPECT_NEAR(result["sections"]["api"]["results"]["answer_at_far"]["value"].get<double>(),
              7.0 * (0.001 + 0.001 + 0.01), 1e-12);
  TemporaryFolder::write("q.yaml", "apis:\n  - {name: far, currency: USD, million_in: 1, million_out: 2}\n");
  EXPECT_EQ(run({"--api-prices", "q.yaml", "--currency", "CNY"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("exchange"));
}

TEST_F(CostVerbTest, TheExampleTableIsReadAndSaysThatItIsMadeUp) {
  const std::filesystem::path example =
      std::filesystem::path(FOVEA_SOURCE_FOLDER) / "resources/cost/api-prices.yaml";
  EXPECT_EQ(run({"--api-prices", example.string(), "--prompt-tokens", "1000", "--answer-tokens", "500"}), kOk)
      << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("answer_at_made-up-small"));
}

TEST_F(CostVerbTest, BadNumbersAreRefusedByNameWithTheirRange) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--rent-per-hour", "-1"}, "--rent-per-hour takes a number from 0 "},
      {{"--redone-share", "1"}, "--redone-share takes a number from 0 to 0.95"},
      {{"--buy-years", "0"}, "--buy-years takes a number above 0 and at most 50"},
      {{"--electricity", "nan"}, "--electricity takes"},
      {{"--batch", "4"}, "batch and batched-tokens-per-second belong together"},
      {{"--resale", "4"}, "resale has no meaning without buy-price"},
      {{"--basis", "bought"}, "No price is set for a machine that is bought"},
      {{"--bench", "none.json"}, "There is no file none.json"},
      {{"--file", "none.yaml"}, "There is no file none.yaml"},
      {{"--rent", "4"}, "There is no option --rent"}};
  for (const auto& [arguments, message] : cases) {
    EXPECT_EQ(run(arguments), kWrongArguments) << message;
    EXPECT_THAT(fovea_.err.text, HasSubstr(message));
    EXPECT_THAT(fovea_.out.text, IsEmpty());
  }
  const std::vector<std::pair<std::string, std::string>> files = {
      {"rent-per-hour: x", "rent-per-hour takes a number, not \"x\""},
      {"watts-idle: -5", "watts-idle takes a number from 0 to 1e+06, not -5"},
      {"rnet: 5", "there is no input \"rnet\""},
      {"apis: 3", "apis must be a list"},
      {"apis: [{name: a, million_in: 1}]", "a needs million_in and million_out"},
      {"apis: [{name: a, million_in: -1, million_out: 1}]", "million_in of a takes a number from 0"},
      {"apis: [{name: a, milion_in: 1, million_out: 1}]", "apis know no \"milion_in\""},
      {"apis: [{name: a, million_in: 1, million_out: 1, exchange: 0}]", "exchange of a must be above 0"},
      {"basis: stolen", "basis is rented"},
      {"- 5", "it must be a list of inputs"},
      {"a: [", "is no YAML"}};
  for (const auto& [text, message] : files) {
    TemporaryFolder::write("bad.yaml", text);
    EXPECT_EQ(run({"--file", "bad.yaml"}), kWrongArguments) << text;
    EXPECT_THAT(fovea_.err.text, HasSubstr(message));
  }
}

TEST(AmountText, HasDigitsThatSaySomething) {
  EXPECT_EQ(amount_text(0.0), "0");
  EXPECT_EQ(amount_text(2880.0), "2,880");
  EXPECT_EQ(amount_text(1234567.891), "1,234,567.89");
  EXPECT_EQ(amount_text(3.5), "3.50");
  EXPECT_EQ(amount_text(0.0000413), "0.0000413");
  EXPECT_EQ(amount_text(-0.5), "-0.500");
}

}  // namespace
}  // namespace fovea::cli
