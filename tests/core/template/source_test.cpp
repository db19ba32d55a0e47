#include "tests/core/template/template_files.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// A model folder with the files a test puts there; gone when the test ends.
class ModelFolder : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        fs::temp_directory_path() / ("fovea-template-" + std::to_string(::getpid()) + "-" + test->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  std::string found() const {
    const auto source = ChatTemplate::find_source(folder_);
    return source ? *source : "error: " + source.error().message;
  }
  ErrorCode refused() const {
    const auto source = ChatTemplate::find_source(folder_);
    return source ? ErrorCode::kInternal : source.error().code;
  }

  fs::path folder_;
};

using TemplateSource = ModelFolder;

TEST_F(TemplateSource, FollowsTransformersOrder) {
  EXPECT_EQ(refused(), ErrorCode::kNotFound);
  put("tokenizer_config.json", R"({"chat_template": "of the tokenizer", "model_max_length": 1})");
  EXPECT_EQ(found(), "of the tokenizer");
  put("chat_template.jinja", "of the jinja file");
  EXPECT_EQ(found(), "of the jinja file");
  put("chat_template.json", R"({"chat_template": "of the json file"})");
  EXPECT_EQ(found(), "of the json file");
  put("processor_config.json", R"({"processor_class": "P"})");
  EXPECT_EQ(found(), "of the json file");
  put("processor_config.json", R"({"chat_template": "of the processor"})");
  EXPECT_EQ(found(), "of the processor");
}

TEST_F(TemplateSource, PicksTheDefaultOfNamedTemplates) {
  put("tokenizer_config.json",
      R"({"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]})");
  EXPECT_EQ(found(), "D");
  put("tokenizer_config.json", R"({"chat_template": [{"name": "tool_use", "template": "T"}]})");
  EXPECT_EQ(refused(), ErrorCode::kUnsupported);
  put("additional_chat_templates/tool_use.jinja", "T");
  EXPECT_EQ(refused(), ErrorCode::kUnsupported);
  put("additional_chat_templates/default.jinja", "extra default");
  EXPECT_EQ(found(), "extra default");
  put("chat_template.jinja", "main");
  EXPECT_EQ(found(), "main");
  put("chat_template.json", R"({"chat_template": "json"})");
  EXPECT_EQ(refused(), ErrorCode::kUnsupported);  // transformers refuses that mixture too
}

TEST_F(TemplateSource, DamagedFilesSaySo) {
  put("tokenizer_config.json", "{");
  EXPECT_EQ(refused(), ErrorCode::kDamagedModel);
  EXPECT_NE(found().find("tokenizer_config.json"), std::string::npos);
  EXPECT_EQ(found().find(folder_.string()), std::string::npos) << "no path in a message";
  put("tokenizer_config.json", R"({"chat_template": [5]})");
  EXPECT_EQ(refused(), ErrorCode::kDamagedModel);
  put("tokenizer_config.json", R"({"chat_template": null})");
  EXPECT_EQ(refused(), ErrorCode::kNotFound);
  put("chat_template.json", R"({})");
  EXPECT_EQ(refused(), ErrorCode::kDamagedModel);
}

TEST_F(TemplateSource, AnEmptyTemplateIsATemplate) {
  put("chat_template.jinja", "");
  EXPECT_EQ(found(), "");
}

}  // namespace
}  // namespace fovea
