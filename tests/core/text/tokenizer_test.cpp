#include "tests/core/text/tokenizer_data.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(Tokenizer, MergesTheEarliestPairFirst) {
  // "b c" comes before "a b": abc becomes a + bc, though ab stands further left.
  const Tokenizer tokenizer = must_load(small_config({"b c", "a b", "bc d"}));
  EXPECT_THAT(ids_of(tokenizer, "abc"), ElementsAre('a', 256));
  EXPECT_THAT(ids_of(tokenizer, "abab"), ElementsAre(257, 257));
  EXPECT_THAT(ids_of(tokenizer, "abcd"), ElementsAre('a', 258));
}

TEST(Tokenizer, MergesStayWithinWords) {
  const Tokenizer tokenizer = must_load(small_config({"a b", "\u0120 a"}));
  EXPECT_THAT(ids_of(tokenizer, "a b"), ElementsAre('a', ' ', 'b'));
  EXPECT_THAT(ids_of(tokenizer, "b a"), ElementsAre('b', 257));
}

TEST(Tokenizer, TakesMergesAsPairs) {
  auto config = small_config({"a b", "ab c"});
  config["model"]["merges"] = json::array({json::array({"a", "b"}), json::array({"ab", "c"})});
  EXPECT_THAT(ids_of(must_load(config), "abc"), ElementsAre(257));
}

TEST(Tokenizer, TakesTheModelsPartsInAnyOrder) {
  const std::string content = small_config({"a b"}).dump();
  const std::size_t merges = content.find("\"merges\"");
  ASSERT_LT(merges, content.find("\"vocab\""));  // nlohmann sorts: merges come before the vocabulary here
  EXPECT_THAT(ids_of(*Tokenizer::from_json(content), "ab"), ElementsAre(256));
}

TEST(Tokenizer, IgnoresMergesForWholeWordsIfAsked) {
  auto config = small_config({"b c"});
  config["model"]["vocab"]["abc"] = 257;
  EXPECT_THAT(ids_of(must_load(config), "abc"), ElementsAre('a', 256));
  config["model"]["ignore_merges"] = true;
  EXPECT_THAT(ids_of(must_load(config), "abc bc"), ElementsAre(257, ' ', 256));
}

TEST(Tokenizer, WholeWordsAreTheModelsOwnTokensOnly) {
  auto config = small_config();
  config["model"]["ignore_merges"] = true;
  add_token(config, "abc", "single_word");
  EXPECT_THAT(ids_of(must_load(config), "abc"), ElementsAre(256));
  // Not a word of its own, so no added token; and not in the model's vocabulary, so no whole word.
  EXPECT_THAT(ids_of(must_load(config), "abc_"), ElementsAre('a', 'b', 'c', '_'));
  EXPECT_THAT(ids_of(must_load(config), "1abc"), ElementsAre('1', 'a', 'b', 'c'));
}

TEST(Tokenizer, LeavesOutBytesThatTheVocabularyLacks) {
  auto config = small_config({"a c"});
  config["model"]["vocab"].erase("b");
  EXPECT_THAT(ids_of(must_load(config), "abc"), ElementsAre(256));
}

TEST(Tokenizer, RepeatsWordsAsFirstEncoded) {
  const Tokenizer tokenizer = must_load(small_config({"a b", "ab c", "\u0120 abc"}));
  std::vector<std::int32_t> expected = {257};
  std::string text = "abc";
  for (int k = 0; k < 50; ++k) {
    text += " abc";
    expected.push_back(258);
  }
  EXPECT_EQ(ids_of(tokenizer, text), expected);
}

TEST(Tokenizer, NormalisesIfTheFileSaysSo) {
  auto config = small_config();
  EXPECT_THAT(ids_of(must_load(config), "e\u0301"), ElementsAre('e', 0xCC, 0x81));
  config["normalizer"] = {{"type", "NFC"}};
  EXPECT_THAT(ids_of(must_load(config), "e\u0301"), ElementsAre(0xC3, 0xA9));
  config["normalizer"] = {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}}}};
  EXPECT_THAT(ids_of(must_load(config), "e\u0301"), ElementsAre(0xC3, 0xA9));
}

TEST(Tokenizer, LooksForTokensInRawOrNormalisedTextAsTheySay) {
  auto config = small_config();
  config["normalizer"] = {{"type", "NFC"}};
  add_token(config, "e\u0301");                // 256, in the raw text
  add_token(config, "o\u0308", "normalized");  // 257, in what normalising leaves
  const Tokenizer tokenizer = must_load(config);
  EXPECT_THAT(ids_of(tokenizer, "e\u0301\u00e9"), ElementsAre(256, 0xC3, 0xA9));
  EXPECT_THAT(ids_of(tokenizer, "o\u0308\u00f6"), ElementsAre(257, 257));
}

TEST(Tokenizer, DecodesBytesAndReplacesWhatIsNoCharacter) {
  auto config = small_config();
  add_token(config, "<end>", "special");
  add_token(config, "<think>");
  const Tokenizer tokenizer = must_load(config);
  const std::vector<std::int32_t> ids = {'A', 0xE4, 0xB8, 0xAD, 256, 0xE4, 0xB8, 257, 9999, -1, 0xFF};
  EXPECT_EQ(tokenizer.decode(ids, false), "A\u4e2d<end>\ufffd<think>\ufffd");
  EXPECT_EQ(tokenizer.decode(ids, true), "A\u4e2d\ufffd<think>\ufffd");
  EXPECT_EQ(tokenizer.bytes_of(0xE4), "\xE4");
  EXPECT_EQ(tokenizer.bytes_of(256), "<end>");
  EXPECT_EQ(tokenizer.bytes_of(258), "");
  EXPECT_EQ(tokenizer.bytes_of(-1), "");
  EXPECT_FALSE(tokenizer.is_special(257));
  EXPECT_FALSE(tokenizer.is_special(-1));
  EXPECT_EQ(tokenizer.size(), 258);
}

TEST(Tokenizer, RefusesWhatIsNotUtf8) {
  const Tokenizer tokenizer = must_load(small_config());
  for (const char* text : {"abc\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE4\xB8"}) {
    const auto ids = tokenizer.encode(text);
    ASSERT_FALSE(ids) << text;
    EXPECT_EQ(ids.error().code, ErrorCode::kInvalidText);
  }
  EXPECT_EQ(tokenizer.encode("abc\xFF").error().message, "The text is not valid UTF-8 at byte 3.");
}

TEST(Tokenizer, LoadsFromAFolder) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("fovea tokenizer " + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto missing = Tokenizer::load(folder);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  std::ofstream(folder / "tokenizer.json") << small_config({"a b"}).dump(2);
  const auto tokenizer = Tokenizer::load(folder);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(tokenizer) << tokenizer.error().text();
  EXPECT_THAT(ids_of(*tokenizer, "ab"), ElementsAre(256));
}

TEST(Tokenizer, ServesManyThreads) {
  const Tokenizer tokenizer = must_load(small_config({"a b", "ab c"}));
  std::string text;
  for (int k = 0; k < 200; ++k) text += "abc ab e\u0301 " + std::to_string(k);
  const auto expected = ids_of(tokenizer, text);
  std::vector<std::vector<std::int32_t>> got(4);
  std::vector<std::thread> threads;
  for (auto& ids : got) threads.emplace_back([&] { ids = ids_of(tokenizer, text); });
  for (auto& thread : threads) thread.join();
  for (const auto& ids : got) EXPECT_EQ(ids, expected);
}

}  // namespace
}  // namespace fovea::test
