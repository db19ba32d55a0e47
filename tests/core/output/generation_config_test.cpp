#include "core/output/generation_config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

class GenerationConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "fovea-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  GenerationConfig load() const { return load_generation_config(folder_).value(); }
  Error failure() const { return load_generation_config(folder_).error(); }

  fs::path folder_;
};

using Ids = std::vector<std::int32_t>;

TEST_F(GenerationConfigTest, ReadsAPublishedFile) {
  write(
      "generation_config.json",
      R"({"do_sample": true, "eos_token_id": [151645, 151643, 151645], "pad_token_id": 151643, "temperature": 0.7,
            "top_k": 20, "top_p": 0.8, "min_p": 0.05, "repetition_penalty": 1.1, "transformers_version": "4.57.0"})");
  const GenerationConfig config = load();
  EXPECT_EQ(config.eos_ids, (Ids{151643, 151645}));
  EXPECT_TRUE(config.sampling.do_sample);
  EXPECT_EQ(config.sampling.temperature, 0.7);
  EXPECT_EQ(config.sampling.top_k, 20);
  EXPECT_EQ(config.sampling.top_p, 0.8);
  EXPECT_EQ(config.sampling.min_p, 0.05);
  EXPECT_EQ(config.sampling.repetition_penalty, 1.1);
  EXPECT_TRUE(config.ignored.empty());
}

TEST_F(GenerationConfigTest, MissingKeysAreTransformersDefaults) {
  write("generation_config.json", R"({"eos_token_id": 7, "temperature": null})");
  const GenerationConfig config = load();
  EXPECT_EQ(config.eos_ids, Ids{7});
  EXPECT_FALSE(config.sampling.do_sample);
  EXPECT_EQ(config.sampling.temperature, 1.0);
  EXPECT_EQ(config.sampling.top_k, 50);
  EXPECT_EQ(config.sampling.top_p, 1.0);
  EXPECT_EQ(config.sampling.min_p, 0.0);
  EXPECT_EQ(config.sampling.repetition_penalty, 1.0);
}

TEST_F(GenerationConfigTest, FallsBackToConfigJson) {
  write("config.json", R"({"eos_token_id": null, "repetition_penalty": 1.2, "top_p": 0.5,
                           "text_config": {"eos_token_id": [3, 1], "top_p": 0.6, "top_k": 9}})");
  GenerationConfig config = load();
  EXPECT_EQ(config.eos_ids, (Ids{1, 3}));
  EXPECT_EQ(config.sampling.repetition_penalty, 1.2);
  EXPECT_EQ(config.sampling.top_p, 0.5);
  EXPECT_EQ(config.sampling.top_k, 9);
  write("generation_config.json", R"({"top_k": 5})");  // only the end of text is then taken from config.json
  config = load();
  EXPECT_EQ(config.eos_ids, (Ids{1, 3}));
  EXPECT_EQ(config.sampling.top_k, 5);
  EXPECT_EQ(config.sampling.top_p, 1.0);
  EXPECT_EQ(config.sampling.repetition_penalty, 1.0);
}

TEST_F(GenerationConfigTest, LenientWhereTheMeaningIsPlain) {
  write("generation_config.json", R"({"do_sample": true, "temperature": 0, "top_k": -1})");
  const GenerationConfig config = load();
  EXPECT_FALSE(config.sampling.do_sample);
  EXPECT_EQ(config.sampling.temperature, 1.0);
  EXPECT_EQ(config.sampling.top_k, 0);
  EXPECT_TRUE(config.eos_ids.empty());
}

TEST_F(GenerationConfigTest, NamesWhatItIgnores) {
  write("generation_config.json",
        R"({"no_repeat_ngram_size": 3, "typical_p": 1.0, "num_beams": 1, "bad_words_ids": [[5]],
                                      "suppress_tokens": [], "min_length": 0, "guidance_scale": null})");
  EXPECT_THAT(load().ignored, testing::ElementsAre("bad_words_ids", "no_repeat_ngram_size"));
}

TEST_F(GenerationConfigTest, DamagedFilesAreNamed) {
  const std::string deep = std::string(200'000, '[');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{\"top_p\": 1e999}"), deep,
        std::string(R"({"temperature": "hot"})"), std::string(R"({"temperature": -1})"),
        std::string(R"({"top_p": 0})"), std::string(R"({"top_p": 1.5})"), std::string(R"({"min_p": 2})"),
        std::string(R"({"repetition_penalty": 0})"), std::string(R"({"top_k": 1e12})"),
        std::string(R"({"do_sample": "yes"})"), std::string(R"({"eos_token_id": -1})"),
        std::string(R"({"eos_token_id": 4294967296})"),
        std::string(R"({"eos_token_id": 18446744073709551615})"),
        std::string(R"({"eos_token_id": [1, "2"]})"), std::string(R"({"eos_token_id": [[1]]})"),
        std::string(R"({"eos_token_id": 1.5})")}) {
    SCOPED_TRACE(text.substr(0, 60));
    write("generation_config.json", text);
    const Error error = failure();
    EXPECT_EQ(error.code, ErrorCode::kDamagedModel);
    EXPECT_THAT(error.message, testing::HasSubstr("generation_config.json"));
    EXPECT_THAT(error.text(), testing::Not(testing::HasSubstr(folder_.string())));
  }
}

TEST_F(GenerationConfigTest, NothingThereAndAFolderInPlaceOfTheFile) {
  EXPECT_EQ(failure().code, ErrorCode::kNotFound);
  fs::create_directory(folder_ / "generation_config.json");
  EXPECT_EQ(failure().code, ErrorCode::kDamagedModel);
}

}  // namespace
}  // namespace fovea
