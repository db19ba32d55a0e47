// Time and size: what an input may cost. Time is the processor's, so that a busy machine does not count; the
// bounds leave room for sanitizers, and what they guard against (a square of the length) takes hours.
#include "core/input/text/tokenizer_file.h"
#include "tests/core/text/tokenizer_data.h"

#include <ctime>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::test {
namespace {

using testing::HasSubstr;

const Tokenizer& qwen3() {
  static const Tokenizer tokenizer = *Tokenizer::from_json(qwen3_json());
  return tokenizer;
}

/// Processor seconds that `work` takes.
template <typename Work>
double seconds(const Work& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

std::string repeated(std::string_view unit, std::size_t count) {
  std::string out;
  out.reserve(unit.size() * count);
  for (std::size_t k = 0; k < count; ++k) out += unit;
  return out;
}

void encodes_in_time(std::string_view text) {
  std::vector<std::int32_t> ids;
  EXPECT_LT(seconds([&] { ids = ids_of(qwen3(), text); }), 30) << text.substr(0, 10);
  EXPECT_EQ(qwen3().decode(ids, false), text) << text.substr(0, 10);
}

TEST(TokenizerLimits, AMillionOfTheSameCharacter) {
  for (const char* unit : {"a", " ", "=", "\n"}) encodes_in_time(repeated(unit, 1000000));
  for (const char* unit : {"1", "<", "\u0301", "\u4e2d", "<|im_end|>", "\U0001F600", "\u180e"}) {
    encodes_in_time(repeated(unit, 200000));
  }
}

TEST(TokenizerLimits, ManyCharactersThatBackTrack) {
  for (const char* unit : {" \t", "' ", "a'", "\r ", "<|im_"}) encodes_in_time(repeated(unit, 200000) + "x");
}

TEST(TokenizerLimits, TokensThatTakeWhiteSpaceWalkEachRunOnce) {
  auto config = small_config();
  add_token(config, "\n", "lstrip rstrip");
  const Tokenizer tokenizer = must_load(config);
  const std::string text = repeated("\n", 1000000);
  EXPECT_LT(seconds([&] { EXPECT_THAT(ids_of(tokenizer, text), testing::ElementsAre(256)); }), 30);
}

TEST(TokenizerLimits, TextsHaveALongestLength) {
  const auto ids = qwen3().encode(std::string(Tokenizer::kMaxText + 1, 'a'));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, ErrorCode::kTooLong);
}

TEST(TokenizerLimits, Qwen3LoadsQuickly) {
  // 0.1 s in a release build, where 0.25 s is the aim.
  EXPECT_LT(seconds([] { EXPECT_TRUE(Tokenizer::from_json(qwen3_json())); }), 5);
}

TEST(TokenizerLimits, DeepJsonIsRefusedAtOnce) {
  for (const char* key : {"normalizer", "model", "added_tokens", "unknown"}) {
    const std::string file = "{\"" + std::string(key) + "\":" + std::string(10'000'000, '[');
    EXPECT_LT(seconds([&] { EXPECT_FALSE(Tokenizer::from_json(file)) << key; }), 2);
  }
  const auto deep = Tokenizer::from_json("{\"unknown\":" + std::string(100000, '['));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().message, HasSubstr("nested deeper than 64 levels"));
}

TEST(TokenizerLimits, HugeFilesAreRefusedUnread) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("fovea-huge-tokenizer-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "tokenizer.json") << "{";
  std::filesystem::resize_file(folder / "tokenizer.json", 5ULL << 30);  // sparse
  const double took = seconds([&] {
    const auto tokenizer = Tokenizer::load(folder);
    ASSERT_FALSE(tokenizer);
    EXPECT_EQ(tokenizer.error().message, "Model file damaged: tokenizer.json (larger than 64 MB).");
  });
  std::filesystem::remove_all(folder);
  EXPECT_LT(took, 2);
}

TEST(TokenizerLimits, AFileFullOfDamageIsReadInTime) {
  std::string merges =
      R"({"model":{"merges":[")" + repeated(R"(q q",")", 8'000'000) + R"("],"vocab":{"a":0}}})";
  ASSERT_LT(merges.size(), text::kMaxTokenizerFile);
  EXPECT_FALSE(Tokenizer::from_json(merges));
  std::string tokens = R"({"added_tokens":[)";
  for (int k = 0; k < 200000; ++k)
    tokens += R"({"id":)" + std::to_string(k) + R"(,"content":"token)" + std::to_string(k) + "\"},";
  tokens.back() = ']';
  const auto many = Tokenizer::from_json(tokens + "}");
  ASSERT_FALSE(many);
  EXPECT_THAT(many.error().message, HasSubstr("its added tokens are too long"));
}

}  // namespace
}  // namespace fovea::test
