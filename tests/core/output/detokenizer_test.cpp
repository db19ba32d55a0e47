#include "core/output/detokenizer.h"

#include "core/api/utf8.h"

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;

std::string bytes_from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

TEST(Detokenizer, GivesWhatTokenizersDecodeGives) {
  std::ifstream file("tests/data/sampling/detokenize.json");
  ASSERT_TRUE(file) << "run from the repository's root";
  const json document = json::parse(file);
  std::map<std::int32_t, std::string> bytes;
  for (const auto& [id, hex] : document["tokens"].items()) bytes[std::stoi(id)] = bytes_from_hex(hex);
  const auto special = document["special"].get<std::set<std::int32_t>>();
  const TokenText tokens{[&](std::int32_t id) { return std::string_view(bytes.at(id)); },
                         [&](std::int32_t id) { return special.contains(id); }};
  ASSERT_GE(document["cases"].size(), 100U);
  for (const json& wanted : document["cases"]) {
    SCOPED_TRACE(wanted["ids"].dump());
    Detokenizer detokenizer(tokens);
    std::string text;
    for (const std::int32_t id : wanted["ids"]) {
      detokenizer.push(id, text);
      ASSERT_TRUE(is_utf8(text));
    }
    detokenizer.flush(text);
    EXPECT_EQ(text, wanted["text"].get<std::string>());
  }
}

/// Ids are places in a list of byte strings.
std::string joined(const std::vector<std::string>& pieces) {
  Detokenizer detokenizer(
      {[&](std::int32_t id) { return std::string_view(pieces[static_cast<std::size_t>(id)]); },
       [](std::int32_t) { return false; }});
  std::string text;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::string delta;
    detokenizer.push(static_cast<std::int32_t>(i), delta);
    EXPECT_TRUE(is_utf8(delta));
    text += delta;
  }
  detokenizer.flush(text);
  return text;
}

TEST(Detokenizer, PiecesAddUpToTheWholeHoweverTheBytesAreCut) {
  std::mt19937 random(4);
  const std::string letters = "a\x80\x9F\xA0\xBF\xC2\xC3\xE0\xE2\xED\xEF\xF0\xF4\xF5\xFF";
  const std::string valid = "aé€🙂\n漢字";
  for (int round = 0; round < 5000; ++round) {
    std::string bytes;
    for (std::size_t n = random() % 20; n > 0; --n) {
      bytes += random() % 3 == 0 ? valid : std::string(1, letters[random() % letters.size()]);
    }
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t length = random() % 4;
      pieces.push_back(bytes.substr(at, length));
      at += std::min(length, bytes.size() - at);
    }
    ASSERT_EQ(joined(pieces), joined({bytes}));
  }
}

TEST(Detokenizer, HoldsACharacterBackUntilItIsWhole) {
  const std::vector<std::string> pieces{"\xF0\x9F", "\x99", "", "\x82", "\xE2\x82"};
  Detokenizer detokenizer(
      {[&](std::int32_t id) { return std::string_view(pieces[static_cast<std::size_t>(id)]); },
       [](std::int32_t) { return false; }});
  std::string text;
  for (std::int32_t id = 0; id < 3; ++id) detokenizer.push(id, text);
  EXPECT_EQ(text, "");
  detokenizer.push(3, text);
  EXPECT_EQ(text, "🙂");
  detokenizer.push(4, text);
  EXPECT_EQ(text, "🙂");
  detokenizer.flush(text);
  EXPECT_EQ(text, "🙂\uFFFD");
  detokenizer.flush(text);
  EXPECT_EQ(text, "🙂\uFFFD");
}

}  // namespace
}  // namespace fovea
