#include "core/output/structured/token_mask.h"

#include "core/output/structured/json_schema.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::ordered_json;

/// All bytes, and pieces that cross the borders of JSON's own parts.
std::shared_ptr<const TokenBytes> vocabulary() {
  std::vector<std::string> tokens = {""};
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  for (const char* piece :
       {"{\"", "\":",  "\": ",   "\",",  "\", \"", "},",       "}}",       "]}",    "],[", "12", "-1",
        "0.5", "true", "false,", "null", "ab\"",   "\xC3\xA9", "\xF0\x9F", "\\u00", "  ",  "12"})
    tokens.emplace_back(piece);
  return std::make_shared<const TokenBytes>(std::move(tokens));
}

int below(std::mt19937& random, int limit) {
  return static_cast<int>(random() % static_cast<unsigned>(limit));
}

Json random_schema(std::mt19937& random, int depth) {
  switch (below(random, depth > 0 ? 8 : 5)) {
    case 0:
      return {{"type", "boolean"}};
    case 1: {
      const int low = below(random, 400) - 200;
      return {{"type", "integer"}, {"minimum", low}, {"maximum", low + below(random, 300)}};
    }
    case 2: {
      const int low = below(random, 40) - 20;
      return {{"type", "number"}, {"minimum", low}, {"maximum", low + below(random, 30)}};
    }
    case 3: {
      const int least = below(random, 4);
      return {{"type", "string"}, {"minLength", least}, {"maxLength", least + below(random, 5)}};
    }
    case 4:
      return {{"enum", Json::array({"one", 2, nullptr, "\"\n"})}};
    case 5: {
      const int least = below(random, 3);
      return {{"type", "array"},
              {"items", random_schema(random, depth - 1)},
              {"minItems", least},
              {"maxItems", least + below(random, 3)}};
    }
    case 6:
      return {{"anyOf", Json::array({random_schema(random, depth - 1), {{"type", "null"}}})}};
    default: {
      Json schema = {{"type", "object"},
                     {"properties", Json::object()},
                     {"required", Json::array()},
                     {"additionalProperties", false}};
      for (int i = below(random, 4); i >= 0; --i) {
        const std::string name = "p" + std::to_string(i);
        schema["properties"][name] = random_schema(random, depth - 1);
        if (below(random, 2) == 0) schema["required"].push_back(name);
      }
      return schema;
    }
  }
}

std::size_t characters(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

/// The meaning of the keywords that random_schema uses, on parsed values.
bool valid(const Json& value, const Json& schema) {
  if (schema.contains("anyOf")) return valid(value, schema["anyOf"][0]) || valid(value, schema["anyOf"][1]);
  if (schema.contains("enum")) {
    for (const Json& one : schema["enum"])
      if (one == value) return true;
    return false;
  }
  const std::string type = schema["type"];
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer" || type == "number")
    return (type == "integer" ? value.is_number_integer() : value.is_number()) &&
           value >= schema["minimum"] && value <= schema["maximum"];
  if (type == "string") {
    if (!value.is_string()) return false;
    const std::size_t length = characters(value.get<std::string>());
    return length >= schema["minLength"].get<std::size_t>() &&
           length <= schema["maxLength"].get<std::size_t>();
  }
  if (type == "array") {
    if (!value.is_array() || value.size() < schema["minItems"].get<std::size_t>() ||
        value.size() > schema["maxItems"].get<std::size_t>())
      return false;
    for (const Json& item : value)
      if (!valid(item, schema["items"])) return false;
    return true;
  }
  if (!value.is_object()) return false;
  for (const Json& name : schema["required"])
    if (!value.contains(name.get<std::string>())) return false;
  for (const auto& [name, member] : value.items())
    if (!schema["properties"].contains(name) || !valid(member, schema["properties"][name])) return false;
  return true;
}

JsonAutomaton::State follow(JsonAutomaton& walk, JsonAutomaton::State state, const std::string& bytes) {
  for (const char byte : bytes) state = walk.next(state, static_cast<std::uint8_t>(byte));
  return state;
}

bool fits(JsonAutomaton& walk, JsonAutomaton::State state, const std::string& bytes) {
  return !bytes.empty() && follow(walk, state, bytes) != JsonAutomaton::kDead;
}

TEST(TokenMask, EveryRandomWalkIsValidByItsSchema) {
  std::mt19937 random(7);
  const auto tokens = vocabulary();
  for (int round = 0; round < 300; ++round) {
    const Json schema = random_schema(random, 3);
    const Result<JsonSchema> compiled = JsonSchema::compile(schema.dump());
    ASSERT_TRUE(compiled) << schema << compiled.error().text();
    TokenMask mask(std::make_shared<GrammarMasks>(compiled->grammar(), tokens));
    JsonAutomaton walk(compiled->grammar());
    JsonAutomaton::State reached = walk.start();
    std::string text;
    while (!mask.must_end() && !(mask.may_end() && below(random, 3) == 0)) {
      const auto bits = mask.allowed();
      std::vector<std::int32_t> ids;
      for (std::int32_t id = 0; id < static_cast<std::int32_t>(tokens->size()); ++id) {
        const bool set = (bits[static_cast<std::size_t>(id) / 64] >> (id % 64) & 1U) != 0;
        ASSERT_EQ(set, fits(walk, reached, tokens->bytes(id))) << text << " then token " << id;
        if (set) ids.push_back(id);
      }
      ASSERT_FALSE(ids.empty()) << schema << text;
      const std::int32_t id = ids[static_cast<std::size_t>(below(random, static_cast<int>(ids.size())))];
      ASSERT_TRUE(mask.advance(id));
      text += tokens->bytes(id);
      reached = follow(walk, reached, tokens->bytes(id));
    }
    const Json value = Json::parse(text, nullptr, false);
    ASSERT_FALSE(value.is_discarded()) << schema << text;
    ASSERT_TRUE(valid(value, schema)) << schema << text;
  }
}

TEST(TokenMask, ARefusedTokenChangesNothing) {
  TokenMask mask(std::make_shared<GrammarMasks>(JsonSchema::any_object().grammar(), vocabulary()));
  EXPECT_FALSE(mask.advance(1 + '['));
  EXPECT_FALSE(mask.advance(0));
  EXPECT_FALSE(mask.advance(-1));
  EXPECT_TRUE(mask.advance(1 + '{'));
  EXPECT_FALSE(mask.may_end());
  EXPECT_TRUE(mask.advance(1 + '}'));
  EXPECT_TRUE(mask.must_end());
}

}  // namespace
}  // namespace fovea
