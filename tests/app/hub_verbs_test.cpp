// The verbs that get, check and remove models, against the test hub.
#include "app/cli/exit_code.h"
#include "tests/app/test_host.h"
#include "tests/core/hub/local_hub.h"

#include <chrono>
#include <fstream>
#include <thread>

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

class HubVerbsTest : public ::testing::Test {
 protected:
  HubVerbsTest() {
    testing_support::write_large_model(hub_.repositories() / "Org/Model", 300'000);
    for (const char* name :
         {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HF_TOKEN", "HF_HUB_OFFLINE", "MODELSCOPE_API_TOKEN"})
      unsetenv(name);
    setenv("SSL_CERT_FILE", hub_.authority().c_str(), 1);
    setenv("HF_ENDPOINT", hub_.endpoint().c_str(), 1);
    setenv("MODELSCOPE_ENDPOINT", hub_.endpoint().c_str(), 1);
    setenv("HF_HOME", fovea_.folder.path().c_str(), 1);  // no token of the tester's
    setenv("no_proxy", "localhost,127.0.0.1", 1);
  }

  int run(std::vector<std::string> arguments) {
    fovea_.out.text.clear();
    fovea_.err.text.clear();
    return fovea_.run(std::move(arguments));
  }

  testing_support::LocalHub hub_;
  Program fovea_;
};

TEST_F(HubVerbsTest, PullThenUseVerifyAndRemove) {
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, HasSubstr("Org/Model is here: 300 kB in "));
  EXPECT_THAT(fovea_.err.text, HasSubstr("fovea ask --model Org/Model"));
  EXPECT_THAT(fovea_.err.text, ContainsRegex("network +localhost:[0-9]+: [0-9]+ requests, 0 B sent"));
  EXPECT_THAT(fovea_.err.text,
              ContainsRegex("network +127.0.0.1:[0-9]+: 1 request, 0 B sent, 300 kB received"))
      << "where the hub's links lead";
  EXPECT_EQ(run({"models", "list"}), kOk);
  EXPECT_THAT(fovea_.out.text, ContainsRegex("Org/Model +Hugging Face"));
  fovea_.script.steps = {test::says("It."), test::finishes(1)};
  EXPECT_EQ(run({"ask", "What?", "--model", "Org/Model"}), kOk) << fovea_.err.text;
  ASSERT_EQ(fovea_.loads.size(), 1U);
  EXPECT_TRUE(fs::exists(fs::path(fovea_.loads.front().model_folder) / "model.safetensors"));
  EXPECT_EQ(run({"models", "verify", "Org/Model"}), kOk);
  EXPECT_THAT(fovea_.out.text, ContainsRegex("model.safetensors +good"));
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(fovea_.out.text)["fetched_bytes"], 0);
  EXPECT_EQ(run({"models", "rm", "Org/Model", "--yes"}), kOk);
  EXPECT_EQ(run({"models", "show", "Org/Model"}), kModelUnusable);
}

TEST_F(HubVerbsTest, FromModelScope) {
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--from", "modelscope"}), kOk) << fovea_.err.text;
  EXPECT_TRUE(fs::is_regular_file("ms/models/Org/Model/model.safetensors"));
  EXPECT_EQ(run({"models", "verify", "Org/Model"}), kOk);
}

TEST_F(HubVerbsTest, ADryRunTellsAndFetchesNothing) {
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--dry-run"}), kOk);
  for (const char* part :
       {"model.safetensors", "300 kB", "3 files", "the disk has room", "needs about", "goes to"})
    EXPECT_THAT(fovea_.out.text, HasSubstr(part));
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--dry-run", "--json"}), kOk);
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["files"].size(), 3U);
  EXPECT_TRUE(json["fits"].is_boolean());
  EXPECT_EQ(run({"models", "list"}), kOk);
  EXPECT_THAT(fovea_.out.text, Not(HasSubstr("Org/Model")));
}

TEST_F(HubVerbsTest, FailuresHaveTheirStatusAndSayWhatToDo) {
  EXPECT_EQ(run({"models", "pull"}), kWrongArguments);
  EXPECT_EQ(run({"models", "pull", "name"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("ORG/NAME"));
  EXPECT_EQ(run({"models", "pull", "Org/Other"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text, HasSubstr("There is no model 'Org/Other' at Hugging Face"));
  hub_.set({{"gated", true}});
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("Ask for access at " + hub_.endpoint() + "/Org/Model, then set HF_TOKEN"));
  setenv("HF_TOKEN", "hf_good", 1);
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kOk) << fovea_.err.text;
  setenv("HF_ENDPOINT", "https://nowhere.invalid", 1);
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kDownloadFailed);
  EXPECT_THAT(fovea_.out.text, IsEmpty());
}

TEST_F(HubVerbsTest, AModelThatWouldNotRunIsRefusedUnlessWanted) {
  testing_support::write_file(hub_.repositories() / "Org/Model/config.json",
                              R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama"})");
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kModelUnusable);
  EXPECT_THAT(fovea_.err.text,
              HasSubstr("would not run here: Not a kind of model that Fovea runs (LlamaForCausalLM)"));
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--any"}), kOk);
}

TEST_F(HubVerbsTest, CtrlCKeepsWhatCame) {
  hub_.set({{"bytes_a_second", 100'000}});
  std::thread presser([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    fovea_.interrupt.trigger();
  });
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kInterrupted);
  presser.join();
  EXPECT_THAT(fovea_.err.text, HasSubstr("What came is kept"));
  fovea_.interrupt.clear();
  hub_.set({{"bytes_a_second", 0}});
  EXPECT_EQ(run({"models", "pull", "Org/Model"}), kOk);
}

TEST_F(HubVerbsTest, ADamagedFileIsNamedTakenAwayAndFetchedAlone) {
  ASSERT_EQ(run({"models", "pull", "Org/Model"}), kOk);
  const auto folder = fs::canonical("hf/models--Org--Model/snapshots");
  fs::path weights;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() == "model.safetensors") weights = entry.path();
  }
  {
    std::fstream stream(weights, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(1000);
    stream << "wrong bytes";
  }
  EXPECT_EQ(run({"models", "verify", "Org/Model"}), kDownloadFailed);
  EXPECT_THAT(fovea_.out.text, ContainsRegex("model.safetensors +DAMAGED"));
  EXPECT_THAT(fovea_.out.text, ContainsRegex("config.json +good"));
  EXPECT_EQ(run({"models", "verify", "Org/Model", "--remove-damaged", "--json"}), kDownloadFailed);
  EXPECT_EQ(nlohmann::json::parse(fovea_.out.text)["sound"], false);
  EXPECT_EQ(run({"models", "pull", "Org/Model", "--json"}), kOk) << fovea_.err.text;
  EXPECT_GT(nlohmann::json::parse(fovea_.out.text)["fetched_bytes"], 300'000);
  EXPECT_EQ(run({"models", "verify", "Org/Model"}), kOk);
}

TEST_F(HubVerbsTest, ImportGivesAFolderAName) {
  testing_support::write_model("somewhere/my model");
  EXPECT_EQ(run({"models", "import", "somewhere/my model"}), kOk) << fovea_.err.text;
  EXPECT_EQ(run({"models", "show", "local/my_model"}), kOk) << fovea_.err.text;
  EXPECT_EQ(run({"models", "import", "somewhere/my model", "--name", "me/linked", "--link"}), kOk);
  EXPECT_EQ(run({"models", "import", "nowhere"}), kModelUnusable);
  EXPECT_EQ(run({"models", "import", "somewhere/my model", "--name", "bad"}), kWrongArguments);
}

TEST_F(HubVerbsTest, RemovalAsksOnATerminalAndNeedsYesElsewhere) {
  testing_support::write_model("m");
  ASSERT_EQ(run({"models", "import", "m"}), kOk);
  EXPECT_EQ(run({"models", "rm", "local/m"}), kWrongArguments);
  EXPECT_THAT(fovea_.err.text, HasSubstr("say --yes"));
  fovea_.in.is_terminal = true;
  fovea_.in.text = "n\n";
  EXPECT_EQ(run({"models", "rm", "local/m"}), kAnswerFailed);
  EXPECT_EQ(run({"models", "show", "local/m"}), kOk);
  fovea_.in.text = "y\n";
  EXPECT_EQ(run({"models", "rm", "local/m"}), kOk);
  EXPECT_EQ(run({"models", "rm", "fovea-mini", "--yes"}), kWrongArguments);
}

TEST_F(HubVerbsTest, RecommendNamesOneCommand) {
  const fs::path table = fs::path(FOVEA_SOURCE_FOLDER) / "resources/models/published.json";
  fs::copy_file(table, "resources/models/published.json");
  EXPECT_EQ(run({"models", "recommend"}), kOk) << fovea_.err.text;
  EXPECT_THAT(fovea_.out.text, ContainsRegex("reads [0-9.]+ [GM]B/s at this moment"));
  EXPECT_THAT(fovea_.out.text,
              ContainsRegex("Qwen/Qwen3-VL-2B-Instruct +bf16 +4.26 GB +[0-9.]+ GB +[0-9.]+ tokens/s"));
  EXPECT_EQ(run({"models", "recommend", "--json", "--from", "modelscope"}), kOk);
  const auto json = nlohmann::json::parse(fovea_.out.text);
  EXPECT_EQ(json["models"].size(), 8U * 3) << "each in bf16, int8 and int4";
  EXPECT_EQ(json["models"].back()["name"], "ZhipuAI/GLM-4.1V-9B-Thinking");
  if (json.contains("recommended")) {
    const auto format = json["recommended_format"].get<std::string>();
    EXPECT_EQ(json["ask"].get<std::string>().find("--weights " + format) != std::string::npos,
              format != "bf16")
        << json["ask"];
    EXPECT_EQ(json["command"],
              "fovea models pull " + json["recommended"].get<std::string>() + " --from modelscope");
  }
}

TEST_F(HubVerbsTest, HelpOfEach) {
  for (const char* verb : {"pull", "rm", "import", "verify", "recommend"}) {
    EXPECT_EQ(run({"models", verb, "--help"}), kOk);
    EXPECT_THAT(fovea_.out.text, HasSubstr(std::string("fovea models ") + verb));
  }
}

}  // namespace
}  // namespace fovea::cli
