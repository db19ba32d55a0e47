// What a tokenizer.json may hold, and the answer to each that it may not.
#include "tests/core/text/tokenizer_data.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

void expect_refused(std::string_view content, ErrorCode code, const std::string& reason) {
  const auto tokenizer = Tokenizer::from_json(content);
  ASSERT_FALSE(tokenizer) << reason;
  EXPECT_EQ(tokenizer.error().code, code) << tokenizer.error().message;
  EXPECT_THAT(tokenizer.error().message, HasSubstr(reason));
  if (code == ErrorCode::kDamagedModel) {
    EXPECT_THAT(tokenizer.error().message, StartsWith("Model file damaged: tokenizer.json ("));
  }
  EXPECT_FALSE(tokenizer.error().remedy.empty());
}

void expect_damaged(const json& config, const std::string& reason) {
  expect_refused(config.dump(), ErrorCode::kDamagedModel, reason);
}
void expect_unsupported(const json& config, const std::string& reason) {
  expect_refused(config.dump(), ErrorCode::kUnsupported, reason);
}

/// A small config with one change.
json changed(const std::function<void(json&)>& change) {
  json config = small_config({"a b"});
  change(config);
  return config;
}

TEST(TokenizerFile, RefusesWhatIsNotJson) {
  const std::string whole = small_config({"a b"}).dump();
  expect_refused("", ErrorCode::kDamagedModel, "byte 0");
  expect_refused("[]", ErrorCode::kDamagedModel, "byte 0");
  expect_refused("null", ErrorCode::kDamagedModel, "byte 0");
  expect_refused("{}", ErrorCode::kDamagedModel, "it has no model");
  expect_refused(whole + "x", ErrorCode::kDamagedModel, "byte " + std::to_string(whole.size()));
  expect_refused("{\"model\":\"\xC3\x28\"}", ErrorCode::kDamagedModel, "not UTF-8 at byte 10");
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    EXPECT_FALSE(Tokenizer::from_json(std::string_view(whole).substr(0, cut))) << cut;
  }
}

TEST(TokenizerFile, RefusesImpossibleIds) {
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = -1; }), "'zz' has id -1");
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = 4194304; }), "'zz' has id 4194304");
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = 1ULL << 63; }),
                 "'9223372036854775808' where");
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = 300.0; }), "'300.0' where");
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = "300"; }), "not what belongs there");
  expect_damaged(changed([](json& c) { c["model"]["vocab"]["zz"] = 97; }), "both have id 97");
  std::string twice = small_config({"a b"}).dump();
  twice.replace(twice.find("\"a\":97"), 6, "\"a\":97,\"a\":500");
  expect_refused(twice, ErrorCode::kDamagedModel, "'a' is listed twice");
}

TEST(TokenizerFile, RefusesAddedTokensThatFitNoVocabulary) {
  const auto with = [](json token) {
    return changed([&](json& c) { c["added_tokens"] = json::array({token}); });
  };
  EXPECT_TRUE(Tokenizer::from_json(with({{"id", 257}, {"content", "<x>"}}).dump()));
  EXPECT_TRUE(Tokenizer::from_json(with({{"id", 97}, {"content", "a"}}).dump()));
  expect_damaged(with({{"id", 300}, {"content", "<x>"}}), "'<x>' has id 300 where 257 is due");
  expect_damaged(with({{"id", 97}, {"content", "<x>"}}), "has id 97 where 257 is due");
  expect_damaged(with({{"id", 98}, {"content", "a"}}), "has id 98 where 97 is due");
  expect_damaged(with({{"id", -5}, {"content", "<x>"}}), "has id -5");
  expect_damaged(with({{"content", "<x>"}}), "has id -1");
  expect_damaged(with({{"id", 257}, {"content", std::string(600, 'x')}}), "too long");
  expect_damaged(with({{"id", 257}, {"content", 7}}), "not what belongs there");
  expect_damaged(changed([](json& c) {
                   c["added_tokens"] = {{{"id", 257}, {"content", "<x>"}}, {{"id", 257}, {"content", "<y>"}}};
                 }),
                 "has id 257 where 258 is due");
  // The vocabulary has a hole, so that counting on from it lands on an id that is taken.
  expect_damaged(changed([](json& c) {
                   c["model"]["vocab"]["zz"] = 258;
                   c["added_tokens"] = {{{"id", 258}, {"content", "<x>"}}};
                 }),
                 "the id 258 is given twice");
}

TEST(TokenizerFile, RefusesMergesThatFitNoVocabulary) {
  const auto with = [](json merges) {
    return changed([&](json& c) { c["model"]["merges"] = std::move(merges); });
  };
  EXPECT_TRUE(Tokenizer::from_json(with({"#version: 0.2", "a b"}).dump()));
  expect_damaged(with({"a b", "a c"}), "merge 1 names 'ac', which is not in the vocabulary");
  expect_damaged(with({"a zz"}), "merge 0 names 'zz'");
  expect_damaged(with(json::array({json::array({"zz", "b"})})), "merge 0 names 'zz'");
  expect_damaged(with({"a b c"}), "merge 0 is not a pair");
  expect_damaged(with({"ab"}), "merge 0 is not a pair");
  expect_damaged(with(json::array({json::array({"a"})})), "merge 0 is not a pair");
  expect_damaged(with(json::array({json::array({"a", "b", "c"})})), "merge 0 is not a pair");
  expect_damaged(with({7}), "not what belongs there");
  expect_damaged(with("a b"), "not what belongs there");
}

TEST(TokenizerFile, NamesWhatItCannotFollow) {
  const auto model = [](const char* key, json value) {
    return changed([&](json& c) { c["model"][key] = std::move(value); });
  };
  const auto part = [](const char* key, json value) {
    return changed([&](json& c) { c[key] = std::move(value); });
  };
  expect_unsupported(model("type", "WordPiece"), "'WordPiece'");
  expect_unsupported(model("vocab", json::array({json::array({"a", -1.5})})), "not byte-level BPE");
  expect_unsupported(model("dropout", 0.1), "dropout");
  expect_unsupported(model("continuing_subword_prefix", "##"), "subword prefix");
  expect_unsupported(model("end_of_word_suffix", "</w>"), "end-of-word suffix");
  expect_unsupported(part("normalizer", {{"type", "Lowercase"}}), "normaliser 'Lowercase'");
  expect_unsupported(
      part("normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}, {{"type", "NFKC"}}}}}),
      "'NFKC'");
  expect_unsupported(part("normalizer", 7), "no known normaliser");
  expect_unsupported(part("pre_tokenizer", nullptr), "pre-tokenizer");
  expect_unsupported(part("pre_tokenizer", {{"type", "Whitespace"}}), "pre-tokenizer 'Whitespace'");
  expect_unsupported(part("pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", true}}),
                     "add_prefix_space");
  expect_unsupported(
      part("pre_tokenizer", {{"type", "Split"}, {"pattern", {{"Regex", "a"}}}, {"behavior", "Isolated"}}),
      "ByteLevel");
  expect_unsupported(part("decoder", nullptr), "decoder");
  expect_unsupported(part("decoder", {{"type", "Metaspace"}}), "decoder 'Metaspace'");
  const json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  const auto split = [&](json pattern, const char* behavior) {
    const json one = {{"type", "Split"}, {"pattern", std::move(pattern)}, {"behavior", behavior}};
    return part("pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {one, byte_level}}});
  };
  EXPECT_TRUE(Tokenizer::from_json(split({{"Regex", "a+"}}, "Isolated").dump()));
  expect_unsupported(split({{"Regex", "a+"}}, "Removed"), "behaviour");
  expect_unsupported(split({{"String", "a"}}, "Isolated"), "without a Regex");
  expect_unsupported(split({{"Regex", R"(\bword)"}}, "Isolated"), "\\b");
}

TEST(TokenizerFile, UnknownTokensMatterOnlyWhereBytesAreMissing) {
  auto config = small_config();
  config["model"]["unk_token"] = "a";
  EXPECT_TRUE(Tokenizer::from_json(config.dump()));
  config["model"]["vocab"].erase("b");
  expect_unsupported(config, "unknown bytes");
}

TEST(TokenizerFile, ShowsLongNamesCutBetweenCharacters) {
  auto config = small_config();
  std::string name;
  for (int k = 0; k < 100; ++k) name += "\u4e2d";
  config["model"]["vocab"][name] = -3;
  std::string shown;
  for (int k = 0; k < 20; ++k) shown += "\u4e2d";
  expect_damaged(config, "the token '" + shown + "…' has id -3");
}

}  // namespace
}  // namespace fovea::test
