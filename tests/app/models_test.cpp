#include "app/cli/exit_code.h"
#include "core/api/program_memory.h"
#include "core/device/process_memory.h"
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
  // What this very program holds, and what it grows by; not a figure of another.
  const std::uint64_t program = json["memory"]["program_bytes"];
  EXPECT_GT(program, kProgramGrowth);
  EXPECT_LE(program, kProgramGrowth + process_memory().peak);
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

/// Writes a file that is a model's as far as its header goes.
Result<QuantizedWeights> quantize_scripted(const QuantizationJob& job, const LoadObserver& observer) {
  if (!observer({"quantising weights", 1, 2})) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
  testing_support::write_file(
      std::filesystem::path(job.target_folder) / "model.safetensors",
      testing_support::safetensors(R"({"a.values":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", 8));
  return QuantizedWeights{job.weights.format == WeightFormat::kInt8 ? 8 : 4, 64, "bf16", 17, 80};
}

TEST_F(ModelsTest, QuantizeMakesAModelThatShowNames) {
  fovea_.quantize_weights = quantize_scripted;
  EXPECT_EQ(fovea_.run({"models", "quantize", "tiny", "--weights", "int4", "--weights-group", "64", "--out",
                        "models/small", "--json"}),
            kOk)
      << fovea_.err.text;
  const auto made = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(made["weight_format"], "int4");
  EXPECT_EQ(made["sha256"].get<std::string>().size(), 64U);
  fovea_.out.text.clear();
  EXPECT_EQ(fovea_.run({"models", "show", "small"}), kOk);
  EXPECT_THAT(fovea_.out.text, HasSubstr("bf16, int4"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("the layers' weights in int4"));
  EXPECT_THAT(fovea_.out.text, HasSubstr("while it is loaded"));
}

TEST_F(ModelsTest, QuantizeSaysWhatIsMissing) {
  fovea_.quantize_weights = quantize_scripted;
  EXPECT_EQ(fovea_.run({"models", "quantize", "--weights", "int4", "--out", "small"}), kWrongArguments);
  EXPECT_EQ(fovea_.run({"models", "quantize", "tiny", "--out", "small"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--weights int8"));
  EXPECT_EQ(fovea_.run({"models", "quantize", "tiny", "--weights", "int4"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("--out"));
  EXPECT_EQ(fovea_.run({"models", "quantize", "none", "--weights", "int4", "--out", "small"}),
            kModelUnusable);
  EXPECT_EQ(fovea_.run({"models", "quantize", "tiny", "--weights", "int4", "--out", "models/old"}),
            kWrongArguments);
  EXPECT_FALSE(std::filesystem::exists("small"));
}

TEST_F(ModelsTest, QuantizeStopsOnItsWord) {
  fovea_.quantize_weights = quantize_scripted;
  fovea_.interrupt.trigger();
  EXPECT_EQ(fovea_.run({"models", "quantize", "tiny", "--weights", "int4", "--out", "small"}), kInterrupted);
  EXPECT_FALSE(std::filesystem::exists("small"));
}

}  // namespace
}  // namespace fovea::cli
