// The reference's own ids for 414 strings, by the Qwen3 tokenizer and the GLM-like one.
#include "tests/core/text/tokenizer_data.h"

#include <fstream>

#include <gtest/gtest.h>

namespace fovea::test {
namespace {

using nlohmann::json;

void check_cases(const Tokenizer& tokenizer, const std::string& name) {
  const json cases = json::parse(std::ifstream("tests/data/tokenizer/tokenizer_cases.json"));
  ASSERT_GT(cases.size(), 400u);
  for (const json& one : cases) {
    const std::string text = one["text"];
    const auto expected = one[name].get<std::vector<std::int32_t>>();
    EXPECT_EQ(ids_of(tokenizer, text), expected) << one["text"];
    EXPECT_EQ(tokenizer.decode(expected, false), one.value(name + "_decoded", text)) << one["text"];
  }
}

TEST(TokenizerCases, Qwen3) {
  const auto tokenizer = Tokenizer::from_json(qwen3_json());
  ASSERT_TRUE(tokenizer) << tokenizer.error().text();
  EXPECT_EQ(tokenizer->size(), 151669);
  EXPECT_EQ(tokenizer->id_of("<|image_pad|>"), 151655);
  EXPECT_EQ(tokenizer->id_of("\u0120the"), 279);
  EXPECT_EQ(tokenizer->id_of("no such token"), std::nullopt);
  EXPECT_TRUE(tokenizer->is_special(151645));
  EXPECT_FALSE(tokenizer->is_special(*tokenizer->id_of("<think>")));
  check_cases(*tokenizer, "qwen3");
}

TEST(TokenizerCases, Glm) {
  const auto tokenizer = Tokenizer::from_json(glm_json());
  ASSERT_TRUE(tokenizer) << tokenizer.error().text();
  EXPECT_EQ(tokenizer->id_of("<|image|>"), 151363);
  EXPECT_EQ(tokenizer->id_of("[gMASK]"), 151331);
  EXPECT_FALSE(tokenizer->is_special(*tokenizer->id_of("/nothink")));
  EXPECT_TRUE(tokenizer->is_special(*tokenizer->id_of("<sop>")));
  check_cases(*tokenizer, "glm");
}

}  // namespace
}  // namespace fovea::test
