#include "core/output/structured/json_schema.h"

#include "core/output/structured/json_automaton.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

bool accepts(const std::string& schema, const std::string& text) {
  const Result<JsonSchema> compiled = JsonSchema::compile(schema);
  if (!compiled) {
    ADD_FAILURE() << compiled.error().text();
    return false;
  }
  JsonAutomaton automaton(compiled->grammar());
  JsonAutomaton::State state = automaton.start();
  for (const char byte : text) state = automaton.next(state, static_cast<std::uint8_t>(byte));
  return automaton.complete(state);
}

std::string refused_at(const std::string& schema) {
  const Result<JsonSchema> compiled = JsonSchema::compile(schema);
  if (compiled) return "accepted";
  EXPECT_EQ(compiled.error().code, ErrorCode::kInvalidArgument);
  return compiled.error().field;
}

TEST(JsonSchema, HoldsIntegersExactlyToTheirBounds) {
  const std::string schema = R"({"type":"integer","minimum":-12,"exclusiveMaximum":105})";
  for (int value = -1200; value <= 1200; ++value)
    EXPECT_EQ(accepts(schema, std::to_string(value)), value >= -12 && value < 105) << value;
  for (const char* text : {"-0", "007", "1.0", "", "-"}) EXPECT_FALSE(accepts(schema, text)) << text;
}

TEST(JsonSchema, HoldsNumbersToWholeBounds) {
  const std::string schema = R"({"type":"number","minimum":-3,"maximum":10})";
  for (const char* text : {"-3", "-2.99", "-0.5", "0", "9.999", "10"})
    EXPECT_TRUE(accepts(schema, text)) << text;
  for (const char* text : {"-3.1", "-4", "10.5", "11", "1.", ".5"})
    EXPECT_FALSE(accepts(schema, text)) << text;
}

TEST(JsonSchema, WritesMembersInOrderAndSkipsOnlyWhatIsOptional) {
  const std::string schema =
      R"({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"boolean"}},"required":["b"]})";
  EXPECT_TRUE(accepts(schema, R"({"a": null, "b":true})"));
  EXPECT_TRUE(accepts(schema, R"({"b":false})"));
  EXPECT_FALSE(accepts(schema, R"({"a":null})"));
  EXPECT_FALSE(accepts(schema, R"({"b":true,"a":null})"));
  EXPECT_FALSE(accepts(schema, R"({"b":  true})"));
}

TEST(JsonSchema, TakesOnlyWellFormedCharactersAndCountsThem) {
  const std::string schema = R"({"type":"string","minLength":1,"maxLength":1})";
  for (const char* text : {"\"a\"", "\"\xC3\xA9\"", "\"\xF0\x9F\x98\x80\"", R"("\n")", R"("\ud83d\ude00")"})
    EXPECT_TRUE(accepts(schema, text)) << text;
  for (const char* text : {"\"\"", "\"ab\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", R"("\ud83d")", R"("\ude00")",
                           R"("\x")", "\"\n\""})
    EXPECT_FALSE(accepts(schema, text)) << text;
}

TEST(JsonSchema, FollowsReferencesIntoThemselves) {
  const std::string schema =
      R"({"$defs":{"n":{"type":"object","properties":{"n":{"anyOf":[{"$ref":"#/$defs/n"},{"const":1}]}},)"
      R"("required":["n"]}},"$ref":"#/$defs/n"})";
  EXPECT_TRUE(accepts(schema, R"({"n":{"n":{"n":1}}})"));
  EXPECT_FALSE(accepts(schema, R"({"n":{"n":{}}})"));
}

TEST(JsonSchema, ChoicesThatBeginAlikeDoNotGrowWithoutEnd) {
  const std::string node = R"({"type":"object","properties":{"n":{"$ref":"#"}}})";
  std::string text;
  for (int i = 0; i < 20; ++i) text += R"({"n":)";
  EXPECT_TRUE(accepts(R"({"anyOf":[)" + node + "," + node + "]}", text + "{}" + std::string(20, '}')));
}

TEST(JsonSchema, RefusesWhatItCannotKeepByNameAndPlace) {
  EXPECT_EQ(refused_at(R"({"type":"object","properties":{"a/b":{"pattern":"x"}}})"),
            "/properties/a~1b/pattern");
  EXPECT_EQ(refused_at(R"({"type":"number","minimum":0.5})"), "/minimum");
  EXPECT_EQ(refused_at(R"({"type":"object","required":["x"]})"), "/required");
  EXPECT_EQ(refused_at(R"({"enum":[1],"minimum":3})"), "/minimum");
  for (const char* schema :
       {"", "{", "[]", "false", R"({"$ref":"#"})", R"({"anyOf":[{"type":"null"},{"$ref":"#"}]})",
        R"({"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]})",
        R"({"type":"integer","minimum":2,"maximum":1})", R"({"enum":[]})", R"({"$ref":"#/$defs/x"})"})
    EXPECT_NE(refused_at(schema), "accepted") << schema;
}

TEST(JsonSchema, RefusesWhatIsTooDeepOrTooLarge) {
  std::string deep = R"({"type":"null"})";
  for (int i = 0; i < 1000; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_NE(refused_at(deep), "accepted");
  EXPECT_NE(refused_at(std::string(10000, '[')), "accepted");
  std::string wide = R"({"anyOf":[{"type":"null"})";
  for (int i = 0; i < 1000; ++i) wide += R"(,{"type":"string","maxLength":4096})";
  EXPECT_NE(refused_at(wide + "]}"), "accepted");
  EXPECT_NE(refused_at(R"({"enum":[")" + std::string(100000, 'x') + "\"]}"), "accepted");
}

}  // namespace
}  // namespace fovea
