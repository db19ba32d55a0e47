#include "app/serve/config_file.h"

#include "app/serve/serving_models.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea::serve {
namespace {

using testing::HasSubstr;

class ConfigFileTest : public testing::Test {
 protected:
  ~ConfigFileTest() override { std::filesystem::remove(file_); }
  Result<ConfigFile> read(const std::string& text) {
    std::ofstream(file_) << text;
    return read_config_file(file_);
  }
  const std::string file_ =
      (std::filesystem::temp_directory_path() / ("fovea-config-" + std::to_string(getpid()) + ".yaml"))
          .string();
};

TEST_F(ConfigFileTest, SaysWhatTheCommandLineSays) {
  const auto config =
      read("port: 9000\nmodel: org/name\nrate_limit: 5\nroutes: [/health, /metrics]\nno_page: true\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->settings.port, 9000);
  EXPECT_EQ(config->settings.models, std::vector<std::string>{"org/name"});
  EXPECT_EQ(config->settings.rate_limit, 5);
  EXPECT_EQ(config->settings.routes, (std::vector<std::string>{"/health", "/metrics"}));
  EXPECT_TRUE(config->settings.no_page);
}

TEST_F(ConfigFileTest, UnderstandsTheReferencesBlock) {
  const auto config = read(
      "inference:\n  batch_size: 4\n  precision: fp16\n  image_size: 384\n  use_torch_compile: true\n  "
      "max_new_tokens: 128\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->settings.mode, "custom");
  EXPECT_EQ(config->settings.max_batch, 4);
  EXPECT_EQ(config->settings.max_pixels, 384 * 384);
  EXPECT_EQ(config->settings.max_tokens, 128);
  EXPECT_EQ(config->notes.size(), 2U);
}

TEST_F(ConfigFileTest, NamesWhatIsWrong) {
  EXPECT_THAT(read("prot: 1\n").error().text(), testing::AllOf(HasSubstr("\"prot\""), HasSubstr("port")));
  EXPECT_THAT(read("inference:\n  batchsize: 1\n").error().text(), HasSubstr("batch_size"));
  EXPECT_THAT(read("port: many\n").error().text(), HasSubstr("--port"));
  EXPECT_THAT(read("port: [\n").error().text(), HasSubstr("no YAML"));
  EXPECT_FALSE(read_config_file("/no/such/file.yaml"));
}

TEST_F(ConfigFileTest, WhatIsPrintedReadsTheSame) {
  ServeSettings settings;
  settings.port = 1234;
  settings.host_names = {"a", "b"};
  settings.fetch_media = true;
  settings.model.engine = "child";
  settings.idle_unload = 2.5;
  settings.loaded_hours = "mon-fri 8:00-18:00, sat 9:00-12:00";
  const std::string text = settings_yaml(settings);
  const auto config = read(text);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(settings_yaml(config->settings), text);
  EXPECT_EQ(config->settings.model.engine, "child");
  EXPECT_EQ(config->settings.idle_unload, 2.5);
  EXPECT_EQ(config->settings.loaded_hours, "mon-fri 8:00-18:00, sat 9:00-12:00");
}

TEST_F(ConfigFileTest, SeveralModelsAreAListAndMemoryMayHaveAUnit) {
  const auto config = read("model: [org/large, small]\nmemory: 8G\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->settings.models, (std::vector<std::string>{"org/large", "small"}));
  EXPECT_EQ(config->settings.model.memory, 8000);
  const std::string printed = settings_yaml(config->settings);
  EXPECT_THAT(printed, HasSubstr("model: [org/large, small]"));
  const auto again = read(printed);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->settings.models, config->settings.models);
  ServeSettings settings;
  settings.models = {"other"};
  fill(settings, config->settings);
  EXPECT_EQ(settings.models, std::vector<std::string>{"other"})
      << "the command line's in place of the file's";
}

TEST_F(ConfigFileTest, EverySettingOfAFileArrivesAndIsPrinted) {
  const std::map<std::string, std::string> said = {
      {"adapter", "some/folder"},
      {"allow_origin", "[https://a.example]"},
      {"answer_cache", "12"},
      {"audit_log", "audit.jsonl"},
      {"connections", "77"},
      {"device", "cpu:operators"},
      {"drain_seconds", "4.5"},
      {"dtype", "bf16"},
      {"engine", "child"},
      {"fetch_media", "true"},
      {"host", "127.0.0.2"},
      {"host_name", "[desk.example]"},
      {"idle_unload", "3.5"},
      {"in_flight", "9"},
      {"jwt_audience", "us"},
      {"jwt_secret", "secret.txt"},
      {"keys", "keys.txt"},
      {"kv_cache_dtype", "int8"},
      {"loaded_hours", "daily 8:00-9:00"},
      {"max_batch", "3"},
      {"max_body", "5"},
      {"max_pixels", "50000"},
      {"max_tokens", "33"},
      {"max_wait", "2"},
      {"memory", "4000"},
      {"mode", "custom"},
      {"model", "org/name"},
      {"model_name", "[alias]"},
      {"no_page", "true"},
      {"port", "8123"},
      {"rate_limit", "6"},
      {"routes", "[/health]"},
      {"step_tokens", "128"},
      {"threads", "2"},
      {"weights", "int8"},
      {"weights_group", "64"},
      {"weights_head", "true"},
      {"weights_vision", "true"},
  };
  std::set<std::string> known;
  std::istringstream printed(settings_yaml({}));
  for (std::string line; std::getline(printed, line);) {
    const std::string unset = "# Not set: ";
    if (!line.starts_with(unset)) {
      known.insert(line.substr(0, line.find(':')));
      continue;
    }
    std::istringstream names(line.substr(unset.size()));
    for (std::string name; std::getline(names >> std::ws, name, ',');) known.insert(name);
  }
  for (const auto& [key, value] : said) {
    EXPECT_TRUE(known.erase(key) == 1) << key << " is not listed";
    const std::string line = key + ": " + value + "\n";
    const auto config = read(line);
    ASSERT_TRUE(config) << config.error().text();
    ServeSettings settings;
    fill(settings, config->settings);
    EXPECT_THAT(settings_yaml(settings), HasSubstr(line));
  }
  EXPECT_THAT(known, testing::IsEmpty()) << "what is listed needs a value here";
}

TEST_F(ConfigFileTest, TheCommandLineCountsMore) {
  ServeSettings settings;
  settings.port = 1;
  ServeSettings defaults;
  defaults.port = 2;
  defaults.host = "::1";
  settings.model.engine = "in-process";
  defaults.model.engine = "child";
  fill(settings, defaults);
  EXPECT_EQ(settings.model.engine, "in-process");
  EXPECT_EQ(settings.port, 1);
  EXPECT_EQ(settings.host, "::1");
}

TEST(IdleRulesTest, MinutesHoursAndNeither) {
  ServeSettings settings;
  ASSERT_TRUE(idle_rules(settings));
  EXPECT_FALSE(*idle_rules(settings)) << "the model stays";
  settings.loaded_hours = "daily 0:00-24:00";
  auto hours = idle_rules(settings);
  ASSERT_TRUE(hours && *hours);
  EXPECT_TRUE((*hours)->wanted());
  EXPECT_EQ((*hours)->after.count(), 300.0);
  settings.idle_unload = 2.0;
  settings.loaded_hours.reset();
  hours = idle_rules(settings);
  ASSERT_TRUE(hours && *hours);
  EXPECT_FALSE((*hours)->wanted);
  EXPECT_EQ((*hours)->after.count(), 120.0);
  settings.loaded_hours = "mondays";
  EXPECT_EQ(idle_rules(settings).error().field, "--loaded-hours");
  settings.loaded_hours.reset();
  settings.model.server.address = "http://127.0.0.1:1";
  EXPECT_EQ(idle_rules(settings).error().field, "--idle-unload") << "a server's model is not ours to unload";
}

}  // namespace
}  // namespace fovea::serve
