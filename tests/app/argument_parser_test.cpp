#include "app/cli/argument_parser.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArgumentParserTest : public ::testing::Test {
 protected:
  ArgumentParserTest() {
    parser_.text("-m,--model", "NAME", "A model", "mini", model_);
    parser_.texts("--stop", "TEXT", "Where to end", stops_);
    parser_.number("-t,--temperature", "Chance", "1", {0.0, std::numeric_limits<double>::infinity()},
                   temperature_);
    parser_.number("--top-p", "Share", "1", {0.0, 1.0, true}, top_p_);
    parser_.integer("--max-tokens", "Length", "512", 1, 1000, tokens_);
    parser_.choice("--dtype", {"auto", "fp32"}, "Numbers", "auto", type_);
    parser_.megabytes("--memory", "Room", "all", 1, 1'000'000, memory_);
    parser_.flag("--json", "An object", json_);
    parser_.positionals(rest_);
  }

  std::string error_of(const std::vector<std::string>& arguments) {
    const Result<bool> result = parser_.parse(arguments);
    return result ? "no error" : result.error().text();
  }

  ArgumentParser parser_{"try", "a verb"};
  std::optional<std::string> model_, type_;
  std::vector<std::string> stops_, rest_;
  std::optional<double> temperature_, top_p_;
  std::optional<std::int64_t> tokens_, memory_;
  bool json_ = false;
};

TEST_F(ArgumentParserTest, TakesOptionsAnywhere) {
  ASSERT_TRUE(
      parser_.parse({"a.png", "--temperature", "0", "-m", "big", "what?", "--json", "--max-tokens=7"}));
  EXPECT_THAT(rest_, ElementsAre("a.png", "what?"));
  EXPECT_EQ(temperature_, 0.0);
  EXPECT_EQ(model_, "big");
  EXPECT_EQ(tokens_, 7);
  EXPECT_TRUE(json_);
  EXPECT_FALSE(top_p_.has_value());
}

TEST_F(ArgumentParserTest, AnAmountOfMemoryMayHaveAUnit) {
  for (const auto& [text, megabytes] : {std::pair<std::string, std::int64_t>{"8000", 8000},
                                        {"8G", 8000},
                                        {"8gb", 8000},
                                        {"1.5GB", 1500},
                                        {"800M", 800},
                                        {"0.5T", 500'000}}) {
    ASSERT_TRUE(parser_.parse({"--memory", text})) << text;
    EXPECT_EQ(memory_, megabytes) << text;
  }
  for (const char* wrong : {"", "8.5", "G", "GB", "8K", "8 G", "-8G", "0", "2000000", "2T", "nanG", "1e9G"})
    EXPECT_THAT(error_of({std::string("--memory=") + wrong}), HasSubstr("--memory")) << wrong;
  EXPECT_THAT(error_of({"--memory", "8K"}), HasSubstr("8G"));
}

TEST_F(ArgumentParserTest, LeavesBracketsAlone) {
  ASSERT_TRUE(parser_.parse({"[a,b]", "--stop", "[x,y]", "--model=[m]", "[", "\x1fz"}));
  EXPECT_THAT(rest_, ElementsAre("[a,b]", "[", "\x1fz"));
  EXPECT_THAT(stops_, ElementsAre("[x,y]"));
  EXPECT_EQ(model_, "[m]");
}

TEST_F(ArgumentParserTest, ARepeatedOptionTakesOneValueEachTime) {
  ASSERT_TRUE(parser_.parse({"--stop", "a", "b", "--stop", "c"}));
  EXPECT_THAT(stops_, ElementsAre("a", "c"));
  EXPECT_THAT(rest_, ElementsAre("b"));
}

TEST_F(ArgumentParserTest, TheLastValueOfASingleOptionCounts) {
  ASSERT_TRUE(parser_.parse({"--model", "a", "--model", "b"}));
  EXPECT_EQ(model_, "b");
}

TEST_F(ArgumentParserTest, AnEmptyValueIsAValue) {
  ASSERT_TRUE(parser_.parse({"--model=", "what?"}));
  EXPECT_EQ(model_, "");
  EXPECT_THAT(rest_, ElementsAre("what?"));
}

TEST_F(ArgumentParserTest, DashAndEverythingAfterTwoDashesArePlain) {
  ASSERT_TRUE(parser_.parse({"-", "--", "--json", "-x"}));
  EXPECT_THAT(rest_, ElementsAre("-", "--json", "-x"));
  EXPECT_FALSE(json_);
}

TEST_F(ArgumentParserTest, RefusesNumbersThatAreNone) {
  for (const char* text : {"nan", "inf", "-1", "hot", "1e999", "", "1 ", "0x1p3"}) {
    EXPECT_THAT(error_of({"--temperature", text}), HasSubstr("--temperature takes a number from 0 up"))
        << text;
  }
  EXPECT_THAT(error_of({"--top-p", "0"}), HasSubstr("a number above 0 and at most 1, not \"0\""));
  EXPECT_THAT(error_of({"--top-p", "1.01"}), HasSubstr("--top-p"));
  EXPECT_EQ(error_of({"--top-p", "1"}), "no error");
  for (const char* text : {"0", "1001", "99999999999999999999", "-1", "1.5", "ten"}) {
    EXPECT_THAT(error_of({"--max-tokens", text}), HasSubstr("a whole number from 1 to 1000")) << text;
  }
  EXPECT_THAT(error_of({"--dtype", "fp8"}), HasSubstr("--dtype takes auto, fp32, not \"fp8\""));
}

TEST_F(ArgumentParserTest, NamesTheOptionThatWasMeant) {
  EXPECT_THAT(error_of({"--temprature", "0"}),
              HasSubstr("There is no option --temprature. Did you mean --temperature?"));
  EXPECT_THAT(error_of({"--max-token=3"}), HasSubstr("Did you mean --max-tokens?"));
  EXPECT_THAT(error_of({"--zzzzzzzz"}), HasSubstr("`fovea try --help` lists the options."));
  EXPECT_THAT(error_of({"-model", "big"}), HasSubstr("There is no option -model. Did you mean --model?"));
  EXPECT_THAT(error_of({"--model"}), HasSubstr("--model needs a value."));
}

TEST_F(ArgumentParserTest, RefusesWhatIsNotUtf8) {
  const Result<bool> result = parser_.parse({"caf\xe9"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidText);
  EXPECT_THAT(result.error().message, HasSubstr("\"caf\uFFFD\" is not UTF-8"));
}

TEST_F(ArgumentParserTest, WithoutPositionalsNoneAreTaken) {
  ArgumentParser bare("bare", "a verb");
  const Result<bool> result = bare.parse({"word"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "`fovea bare` does not take \"word\".");
}

TEST_F(ArgumentParserTest, HelpTeachesByExamplesFirstAndShowsDefaults) {
  parser_.example("fovea try a.png \"What?\"");
  const Result<bool> result = parser_.parse({"a.png", "--help"});
  ASSERT_TRUE(result);
  EXPECT_TRUE(*result);
  const std::string help = parser_.help(72);
  EXPECT_LT(help.find("Examples"), help.find("Options"));
  EXPECT_THAT(help, HasSubstr("fovea try a.png"));
  EXPECT_THAT(help, HasSubstr("--max-tokens N              Length (default: 512)"));
  EXPECT_THAT(help, HasSubstr("--dtype auto|fp32"));
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = help.find('\n', begin);
    EXPECT_LE(end - begin, 72U) << help.substr(begin, end - begin);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace fovea::cli
