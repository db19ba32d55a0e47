#include "core/output/structured/answer_constraint.h"

#include "core/output/structured/json_schema.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

/// Ids 0 … 255 are the bytes, then a token for each tag and one that ends the text.
class AnswerConstraintTest : public ::testing::Test {
 protected:
  static constexpr std::int32_t kThink = 256;
  static constexpr std::int32_t kEnd = 257;

  AnswerConstraint constraint(const std::string& schema, bool inside = false, bool may_reason = false) {
    AnswerConstraint::Settings settings;
    const TokenText text{
        [this](std::int32_t id) -> std::string_view { return tokens_[static_cast<std::size_t>(id)]; },
        [](std::int32_t id) { return id == kEnd; }};
    settings.masks = std::make_shared<GrammarMasks>(JsonSchema::compile(schema).value().grammar(),
                                                    token_bytes(text, tokens_.size()));
    settings.eos_ids = {kEnd};
    settings.begins_inside_reasoning = inside;
    settings.may_reason = may_reason;
    return AnswerConstraint(std::move(settings));
  }

  static std::string allowed(AnswerConstraint& constraint) {
    const AllowedTokens* tokens = constraint.allowed();
    if (tokens == nullptr) return "anything";
    std::string out;
    for (std::int32_t id = 0; id < 256; ++id)
      if (tokens->contains(id)) out += static_cast<char>(id);
    if (tokens->contains(kThink)) out += "<think>";
    if (tokens->contains(kEnd)) out += "END";
    return out;
  }

  /// Whether the answer is whole after these bytes.
  static bool push(AnswerConstraint& constraint, const std::string& text) {
    bool whole = false;
    for (const char c : text) whole = constraint.push(static_cast<unsigned char>(c));
    return whole;
  }

  AnswerConstraintTest() {
    for (int byte = 0; byte < 256; ++byte) tokens_.emplace_back(1, static_cast<char>(byte));
    tokens_.emplace_back("<think>");
    tokens_.emplace_back("<|end|>");
  }
  std::vector<std::string> tokens_;
};

TEST_F(AnswerConstraintTest, SaysWhatMayComeUntilNothingCan) {
  AnswerConstraint answer = constraint(R"({"enum": ["yes", "no"]})");
  EXPECT_EQ(allowed(answer), "\"");
  EXPECT_FALSE(push(answer, "\""));
  EXPECT_EQ(allowed(answer), "ny");
  EXPECT_FALSE(push(answer, "no"));
  EXPECT_TRUE(push(answer, "\""));
}

TEST_F(AnswerConstraintTest, MayEndWhereMoreCouldFollow) {
  AnswerConstraint answer = constraint(R"({"type": "integer", "minimum": 0, "maximum": 99})");
  EXPECT_FALSE(push(answer, "4"));
  EXPECT_EQ(allowed(answer), "0123456789END");
  EXPECT_FALSE(answer.push(kEnd));
}

TEST_F(AnswerConstraintTest, ReasoningIsFreeAndTheAnswerBehindItIsNot) {
  AnswerConstraint answer = constraint(R"({"const": 7})", true);
  EXPECT_EQ(allowed(answer), "anything");
  EXPECT_FALSE(push(answer, "x"));
  EXPECT_TRUE(answer.settle(true, ""));
  EXPECT_EQ(allowed(answer), "anything");
  EXPECT_TRUE(answer.settle(false, ""));
  EXPECT_EQ(allowed(answer), "7");
}

TEST_F(AnswerConstraintTest, AModelThatReasonsMayBeginWithIt) {
  AnswerConstraint answer = constraint(R"({"const": 7})", false, true);
  EXPECT_EQ(allowed(answer), "7<think>");
  EXPECT_FALSE(answer.push(kThink));
  EXPECT_EQ(allowed(answer), "anything");
  EXPECT_TRUE(answer.settle(false, ""));
  EXPECT_EQ(allowed(answer), "7") << "but once only";
}

TEST_F(AnswerConstraintTest, TextThatComesWithTheEndOfTheReasoningCounts) {
  AnswerConstraint fits = constraint(R"({"const": 7})", true);
  EXPECT_TRUE(fits.settle(false, "7"));
  EXPECT_EQ(allowed(fits), "END");
  AnswerConstraint other = constraint(R"({"const": 7})", true);
  EXPECT_FALSE(other.settle(false, "Well"));
}

TEST_F(AnswerConstraintTest, GoesOnFromTheTextThatIsThere) {
  AnswerConstraint answer = constraint(R"({"enum": ["yes", "no"]})");
  EXPECT_FALSE(answer.begin_with("\"x"));
  EXPECT_TRUE(answer.begin_with("\"y"));
  EXPECT_EQ(allowed(answer), "e");
}

}  // namespace
}  // namespace fovea
