#include "core/output/structured/schema_cache.h"

#include "core/output/structured/token_mask.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

/// Token i is the byte i, but for 0, which stands for nothing.
std::shared_ptr<const TokenBytes> bytes_as_tokens() {
  std::vector<std::string> tokens = {""};
  for (int byte = 1; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  return std::make_shared<const TokenBytes>(std::move(tokens));
}

/// Goes through a text as an answer does: looks at what may come, then takes it. False where it may not.
bool answer(TokenMask& mask, const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((mask.allowed()[byte / 64] >> (byte % 64) & 1U) == 0 || !mask.advance(byte)) return false;
  }
  return true;
}

TEST(SchemaCache, AnswersUnderOneSchemaShareTheirMasks) {
  SchemaCache cache;
  const auto tokens = bytes_as_tokens();
  const std::string schema = R"({"type": "object", "properties": {"a": {"type": "integer"}}})";
  const auto masks_for = [&] { return cache.get(schema).value()->masks(tokens); };
  TokenMask first(masks_for());
  EXPECT_TRUE(answer(first, R"({"a": 12})"));
  const std::int64_t passes = masks_for()->passes();
  EXPECT_GT(passes, 5);
  TokenMask second(masks_for());
  TokenMask third(masks_for());
  EXPECT_TRUE(answer(second, R"({"a": 12})"));
  EXPECT_EQ(masks_for()->passes(), passes) << "all had been made";
  EXPECT_TRUE(answer(third, R"({"a": -)"));
  EXPECT_EQ(masks_for()->passes(), passes) << "the same as far as the number's beginning";
  third.allowed();
  EXPECT_EQ(masks_for()->passes(), passes + 1);
  EXPECT_FALSE(answer(third, "-"));
  EXPECT_EQ(cache.use().misses, 1);
}

TEST(SchemaCache, AnAnswerOutlivesWhatOthersLearnt) {
  // Each character of each item is a state of its own.
  const std::string schema =
      R"({"type": "array", "maxItems": 4096, "items": {"type": "string", "maxLength": 4096}})";
  CompiledSchema compiled(*JsonSchema::compile(schema));
  const auto tokens = bytes_as_tokens();
  const auto shared = compiled.masks(tokens);
  TokenMask early(shared);
  EXPECT_TRUE(answer(early, R"(["ab", "c)"));
  const std::size_t before = compiled.bytes();
  TokenMask crowding(shared);
  std::string text = "[";
  for (int item = 0; item < 6; ++item) text += "\"" + std::string(4000, 'x') + "\",";
  EXPECT_TRUE(crowding.advance(text));
  ASSERT_TRUE(shared->crowded());
  for (TokenMask* mask : {&early, &crowding}) {
    EXPECT_TRUE(answer(*mask, mask == &early ? "d\"," : ""));
    EXPECT_TRUE(answer(*mask, R"("e"])"));
    EXPECT_TRUE(mask->must_end());
  }
  EXPECT_NE(compiled.masks(tokens), shared);
  EXPECT_LE(compiled.bytes(), before) << "the crowded ones are let go";
  TokenMask late(compiled.masks(tokens));
  EXPECT_TRUE(answer(late, R"(["x"])"));
}

TEST(SchemaCache, ForgetsTheOneNotAskedWithForLongest) {
  SchemaCache cache;
  const auto schema = [](std::size_t i) { return R"({"const": )" + std::to_string(i) + "}"; };
  const auto first = cache.get(schema(0)).value();
  for (std::size_t i = 1; i < SchemaCache::kMostSchemas; ++i) ASSERT_TRUE(cache.get(schema(i)));
  EXPECT_EQ(cache.get(schema(0)).value(), first);
  ASSERT_TRUE(cache.get(schema(SchemaCache::kMostSchemas)));
  EXPECT_EQ(cache.use().schemas, SchemaCache::kMostSchemas);
  EXPECT_EQ(cache.get(schema(0)).value(), first);
  const std::int64_t misses = cache.use().misses;
  ASSERT_TRUE(cache.get(schema(1)));
  EXPECT_EQ(cache.use().misses, misses + 1) << "1 had to go";
  cache.clear();
  EXPECT_EQ(cache.use().schemas, 0U);
  EXPECT_NE(cache.get(schema(0)).value(), first);
}

TEST(SchemaCache, HoldsNoMoreThanItsShareOfMemory) {
  SchemaCache cache;
  const auto tokens = bytes_as_tokens();
  for (int i = 0; i < 8; ++i) {
    const std::string schema = R"({"type": "array", "maxItems": )" + std::to_string(4000 + i) +
                               R"(, "items": {"type": "string", "maxLength": 4096}})";
    TokenMask mask(cache.get(schema).value()->masks(tokens));
    std::string text = "[";
    for (int item = 0; item < 4; ++item) text += "\"" + std::string(4000, 'x') + "\",";
    ASSERT_TRUE(mask.advance(text));
    mask.allowed();  // it is weighed with each new mask
  }
  ASSERT_TRUE(cache.get("true"));
  EXPECT_LE(cache.use().bytes, SchemaCache::kMostBytes);
  EXPECT_GE(cache.use().schemas, 2U);
  EXPECT_LT(cache.use().schemas, 9U);
}

TEST(SchemaCache, DoesNotKeepWhatCannotBeUsed) {
  SchemaCache cache;
  for (int i = 0; i < 2; ++i) {
    const auto refused = cache.get(R"({"pattern": "a"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "/pattern");
  }
  EXPECT_EQ(cache.use().schemas, 0U);
}

}  // namespace
}  // namespace fovea
