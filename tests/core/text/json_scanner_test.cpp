#include "core/input/text/json_scanner.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea::text {
namespace {

/// Whether the scanner takes `json` as one whole value.
bool takes(std::string_view json) {
  JsonScanner scanner(json);
  return scanner.skip() && scanner.finish();
}

TEST(JsonScanner, ReadsWhatItIsAskedFor) {
  JsonScanner scanner(R"( {"a" : [1, -20, true], "b": null, "c\"d": "e\u00e9\ud83d\ude00\n\/", "n": {}} )");
  std::string_view text;
  std::int64_t number = 0;
  bool flag = false;
  ASSERT_TRUE(scanner.enter_object());
  ASSERT_TRUE(scanner.next_member(text));
  EXPECT_EQ(text, "a");
  ASSERT_TRUE(scanner.enter_array());
  ASSERT_TRUE(scanner.next_element() && scanner.read_integer(number));
  EXPECT_EQ(number, 1);
  ASSERT_TRUE(scanner.next_element() && scanner.read_integer(number));
  EXPECT_EQ(number, -20);
  ASSERT_TRUE(scanner.next_element() && scanner.read_bool(flag));
  EXPECT_TRUE(flag);
  EXPECT_FALSE(scanner.next_element());
  ASSERT_TRUE(scanner.next_member(text) && scanner.read_null());
  ASSERT_TRUE(scanner.next_member(text));
  EXPECT_EQ(text, "c\"d");
  ASSERT_TRUE(scanner.read_string(text));
  EXPECT_EQ(text, "e\u00e9\U0001F600\n/");
  std::string_view raw;
  ASSERT_TRUE(scanner.next_member(text) && scanner.skip(&raw));
  EXPECT_EQ(raw, "{}");
  EXPECT_FALSE(scanner.next_member(text));
  EXPECT_TRUE(scanner.finish());
  EXPECT_TRUE(scanner.ok()) << scanner.problem();
}

TEST(JsonScanner, KeepsManyUnescapedStrings) {
  std::string json = "[";
  for (int k = 0; k < 30000; ++k)
    json += std::string(k == 0 ? "" : ",") + "\"\\u0120" + std::to_string(k) + "\"";
  json += "]";
  JsonScanner scanner(json);
  std::vector<std::string_view> strings(30000);
  ASSERT_TRUE(scanner.enter_array());
  for (auto& text : strings) ASSERT_TRUE(scanner.next_element() && scanner.read_string(text));
  for (std::size_t k = 0; k < strings.size(); ++k) ASSERT_EQ(strings[k], "\u0120" + std::to_string(k));
}

TEST(JsonScanner, AgreesWithAnotherParser) {
  const char* const cases[] = {"0",
                               "-0",
                               "-",
                               "01",
                               "1.",
                               ".5",
                               "1.5e",
                               "1e5",
                               "1E+05",
                               "-1.25e-3",
                               "+1",
                               "1 2",
                               "tru",
                               "true",
                               "nul",
                               "null ",
                               "falsey",
                               "\"",
                               "\"a",
                               "\"\\",
                               "\"\\\"",
                               "\"\\x\"",
                               "\"\\u12\"",
                               "\"\\u12g4\"",
                               "\"\\ud800\"",
                               "\"\\ud800\\u0041\"",
                               "\"\\udc00\"",
                               "\"\\ud83d\\ude00\"",
                               "\"a\nb\"",
                               "\"\t\"",
                               "\"\x7f\"",
                               "[]",
                               "[ ]",
                               "[1,]",
                               "[,1]",
                               "[1 2]",
                               "[1,2",
                               "[[],[[]]]",
                               "[1}",
                               "{}",
                               "{\"a\"}",
                               "{\"a\":}",
                               "{\"a\":1,}",
                               "{,}",
                               "{\"a\" 1}",
                               "{a:1}",
                               "{\"a\":1,\"b\":[{\"c\":null}]}",
                               "{\"a\":1]",
                               "",
                               " ",
                               "[1],",
                               "\xEF\xBB\xBF[]",
                               "[1,\"\\",
                               "/**/1",
                               "[\"\\u0000\"]",
                               "NaN",
                               "1e999"};
  for (const char* json : cases) {
    const std::string text = json;
    bool expected = nlohmann::json::accept(text);
    if (text == "\xEF\xBB\xBF[]") expected = false;  // a byte order mark is not JSON; nlohmann lets it pass
    if (text == "1e999") expected = true;            // JSON, though no double holds it
    EXPECT_EQ(takes(text), expected) << text;
  }
}

TEST(JsonScanner, TakesWholeNumbersOnly) {
  std::int64_t number = 0;
  EXPECT_TRUE(JsonScanner("9223372036854775807").read_integer(number));
  EXPECT_EQ(number, std::numeric_limits<std::int64_t>::max());
  for (const char* json : {"9223372036854775808", "1.0", "1e3", "\"1\"", "null", "-"}) {
    EXPECT_FALSE(JsonScanner(json).read_integer(number)) << json;
  }
  JsonScanner scanner("1.50");
  EXPECT_FALSE(scanner.read_integer(number));
  EXPECT_EQ(scanner.problem(), "'1.50' where a whole number was expected");
}

TEST(JsonScanner, StopsAtItsDepth) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_TRUE(takes(nested(64)));
  EXPECT_FALSE(takes(nested(65)));
  const std::string deep = nested(100000);
  JsonScanner scanner(deep);
  EXPECT_FALSE(scanner.skip());
  EXPECT_EQ(scanner.problem(), "nested deeper than 64 levels");
}

TEST(JsonScanner, StaysFailed) {
  JsonScanner scanner("[x, 1]");
  std::int64_t number = 0;
  ASSERT_TRUE(scanner.enter_array() && scanner.next_element());
  EXPECT_FALSE(scanner.read_integer(number));
  EXPECT_EQ(scanner.problem(), "not what belongs there at byte 1");
  EXPECT_FALSE(scanner.next_element());
  EXPECT_FALSE(scanner.skip());
  EXPECT_FALSE(scanner.finish());
  EXPECT_FALSE(scanner.fail("another"));
  EXPECT_EQ(scanner.problem(), "not what belongs there at byte 1");
}

}  // namespace
}  // namespace fovea::text
