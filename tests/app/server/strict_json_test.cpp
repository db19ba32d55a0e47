#include "app/server/wire/strict_json.h"

#include "app/server/openai/response_format.h"
#include "app/server/wire/long_strings.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::server {
namespace {

using nlohmann::json;

/// All strings of a JSON text in a parser's order, names of members too.
class StringLog : public nlohmann::json_sax<json> {
 public:
  explicit StringLog(LongStrings* strings) : strings_(strings) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool key(string_t& name) override { return string(name); }
  bool string(string_t& value) override {
    const std::string_view* content = strings_ == nullptr ? nullptr : strings_->next();
    all.emplace_back(content == nullptr ? value : std::string(*content));
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fault = strings_ == nullptr ? position : strings_->original_position(position);
    return false;
  }

  std::vector<std::string> all;
  std::size_t fault = 0;

 private:
  LongStrings* strings_;
};

TEST(LongStringsTest, ChangesNothingThatAParserSees) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"\"", "\\", "\\\"", "\\\\", "a", "bcdefgh", "{", "}",      "[",
                                           "]",  ",",  ":",    "1",    " ", "\n",      "ä", "\\u00e4"};
  int faults = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 2 == 0 ? "" : R"(["first string", {"a name that is long": ")";
    for (auto i = random() % 20; i > 0; --i) text += pieces[random() % pieces.size()];
    if (round % 4 == 1) text += R"("}, "last string"])";
    StringLog plain(nullptr);
    json::sax_parse(text, &plain);
    LongStrings strings(text, 4);
    StringLog shortened(&strings);
    json::sax_parse(strings.shortened(), &shortened);
    ASSERT_EQ(plain.all, shortened.all) << text;
    ASSERT_EQ(plain.fault, shortened.fault) << text;
    faults += plain.fault > 0 ? 1 : 0;
  }
  EXPECT_GT(faults, 1000);
  EXPECT_LT(faults, 19'500);
}

TEST(LongStringsTest, SetsAsideWhatStandsForItself) {
  const std::string picture(10'000, 'A');
  const std::string text = R"({"url": ")" + picture + R"(", "b": "\n)" + picture + R"("})";
  const LongStrings strings(text, 4096);
  EXPECT_EQ(strings.shortened(), R"({"url": "", "b": "\n)" + picture + R"("})");
}

TEST(StrictJson, LongNamesAndTextsKeepTheRules) {
  const std::string text(5000, 'x');
  const auto parsed = parse_strict_json("{\"" + text + "\": [\"" + text + "\", \"y\"]}");
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(*parsed, json({{text, {text, "y"}}}));
  const auto twice = parse_strict_json("{\"" + text + "\": 1, \"" + text + "\": 2}");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("twice"), std::string::npos) << twice.error().message;
  const auto broken = parse_strict_json("[\"" + text + "\", x]");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("byte 5006 "), std::string::npos) << broken.error().message;
  EXPECT_EQ(parse_strict_json("[\"" + text + "\xFF\"]").error().code, ErrorCode::kInvalidText);
}

TEST(StrictJson, OnlyTheSchemaKeepsItsOrder) {
  const auto schema_of = [](const std::string& body) {
    const auto parsed = parse_question(body);
    if (!parsed) return parsed.error().message;
    return parsed->dump();
  };
  EXPECT_EQ(
      schema_of(
          R"({"z":1,"response_format":{"z":{"schema":{"d":1,"c":2}},"json_schema":{"name":"n","schema":)"
          R"({"b":{"y":1,"x":[{"q":1,"p":2}]},"a":"t"}}}})"),
      R"({"response_format":{"json_schema":{"name":"n","schema":)"
      R"("{\"b\":{\"y\":1,\"x\":[{\"q\":1,\"p\":2}]},\"a\":\"t\"}"},"z":{"schema":{"c":2,"d":1}}},"z":1})");
  // Elsewhere the same names mean nothing.
  for (const char* other : {R"({"json_schema":{"schema":{"b":1,"a":2}}})",
                            R"([{"response_format":{"json_schema":{"schema":{"b":1,"a":2}}}}])",
                            R"({"x":{"response_format":{"json_schema":{"schema":{"b":1,"a":2}}}}})",
                            R"({"response_format":[{"json_schema":{"schema":{"b":1,"a":2}}}]})",
                            R"({"response_format":{"json_schema":"schema","schema":{"b":1,"a":2}}})",
                            R"({"response_format":{"json_schema":{"schema":[{"b":1,"a":2}]}}})",
                            R"({"response_format":{"json_schema":{"schema":"{}"}}})"})
    EXPECT_EQ(schema_of(other), json::parse(other).dump());
  std::string many = R"({"response_format":{"json_schema":{"schema":{"m":0)";
  for (int i = 0; i < 16'384; ++i) many += ",\"" + std::to_string(i) + "\":0";
  EXPECT_NE(schema_of(many + "}}}}").find("16384 members"), std::string::npos);
}

}  // namespace
}  // namespace fovea::server
