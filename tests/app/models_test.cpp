#include "app/cli/exit_code.h"
#include "tests/app/test_host.h"
#include "tests/core/hub/fake_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using test::Program;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class ModelsTest : public ::testing::Test {
 protected:
  ModelsTest() {
    testing_support::write_model("models/tiny");
    TemporaryFolder::write("models/old/config.json", testing_support::config_text());
    TemporaryFolder::write("models/old/pytorch_model.bin", "pickle");
  }
  Program fovea_;
};

TEST_F(ModelsTest, ListShowsWhatRunsAndWhatDoesNot) {
  EXPECT_EQ(fovea_.run({"models", "list"}), kOk);
  EXPECT_THAT(fovea_.out.text, MatchesRegex("NAME +WHERE +SIZE +TYPE +HERE\n(.|\n)*"));
  EXPECT_THAT(fovea_.out.text,
              ::testing::ContainsRegex("tiny +folder +17 +bf16 +(fits|does not fit): needs about "));
  EXPECT_THAT(fovea_.out.text, ::testing::ContainsRegex("old +folder .*cannot run: "));
  EXPECT_THAT(fovea_.err.text, IsEmpty());
}

TEST_F(ModelsTest, ListAsJson) {
  EXPECT_EQ(fovea_.run({"models", "list", "--json"}), kOk);
  const auto list = nlohmann::json::parse(fovea_.out.text);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0]["name"], "fovea-mini") << "the model in the box comes first";
  EXPECT_EQ(list[1]["name"], "old");
  EXPECT_EQ(list[1]["supported"], false);
  EXPECT_FALSE(list[1]["problem"].get<std::string>().empty());
  EXPECT_EQ(list[2]["name"], "tiny");
  EXPECT_EQ(list[2]["parameters"], 17);
  EXPECT_EQ(list[2]["decoder_layers"], 2);
}

TEST_F(ModelsTest, ShowSaysWhatAModelIsAndNeeds) {
  EXPECT_EQ(fovea_.run({"models", "show", "tiny", "--context", "100"}), kOk);
  for (const char* part : {"tiny\n", "Qwen3-VL", "17 parameters", "bf16", "2 for text", "4,096 tokens",
                           "100 tokens of context", "KV cache", "needs about"}) {
    EXPECT_THAT(fovea_.out.text, HasSubstr(part));
  }
}

TEST_F(ModelsTest, ShowCountsTheMemoryOfTheChosenType) {
  EXPECT_EQ(fovea_.run({"models", "show", "tiny", "--context", "100", "--dtype", "fp32", "--json"}), kOk);
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["memory"]["compute_type"], "fp32");
  EXPECT_EQ(json["memory"]["weights_bytes"], 17 * 4);
  // 100 tokens, keys and values, 2 layers, 2 heads of 16, 4 bytes
  EXPECT_EQ(json["memory"]["kv_cache_bytes"], 100 * 2 * 2 * 2 * 16 * 4);
  EXPECT_TRUE(json["memory"]["fits"].is_boolean());
}

TEST_F(ModelsTest, ShowTakesAFolderAndTheModelInTheBox) {
  EXPECT_EQ(fovea_.run({"models", "show", "./models/tiny"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("17 parameters"));
  EXPECT_EQ(fovea_.run({"models", "show"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("fovea-mini"));
}

TEST_F(ModelsTest, ShowOfWhatCannotRunSaysWhy) {
  EXPECT_EQ(fovea_.run({"models", "show", "old"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("cannot run: "));
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("  memory")));
}

TEST_F(ModelsTest, WrongNamesAndWords) {
  EXPECT_EQ(fovea_.run({"models", "show", "tinny"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("Did you mean 'tiny'?"));
  EXPECT_EQ(fovea_.run({"models", "show", "tiny", "old"}), kWrongArguments);
  EXPECT_EQ(fovea_.run({"models", "list", "tiny"}), kWrongArguments);
  EXPECT_EQ(fovea_.run({"models", "lisst"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no `fovea models lisst`."));
  EXPECT_THAT(fovea_.err.text, HasSubstr("Did you mean `fovea models list`?"));
  EXPECT_THAT(fovea_.out.text, IsEmpty());
}

TEST_F(ModelsTest, TheFirstWordAloneShowsWhatThereIs) {
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"models"}, {"models", "--help"}, {"help", "models"}}) {
    fovea_.out.text.clear();
    EXPECT_EQ(fovea_.run(asked), kOk);
    EXPECT_THAT(fovea_.out.text, HasSubstr("  models show "));
    EXPECT_THAT(fovea_.out.text, Not(HasSubstr("  ask ")));
  }
}

}  // namespace
}  // namespace fovea::cli
