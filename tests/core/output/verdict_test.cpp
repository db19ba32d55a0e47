#include "core/output/structured/json_schema.h"
#include "core/output/structured/value_confidence.h"
#include "core/output/structured/verdict_presets.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

std::vector<TokenLogprob> tokens(const std::vector<std::pair<std::string, double>>& list) {
  std::vector<TokenLogprob> out;
  for (const auto& [bytes, probability] : list) {
    TokenLogprob token;
    token.bytes = bytes;
    token.logprob = -9.0F;
    token.among_allowed = static_cast<float>(std::log(probability));
    out.push_back(token);
  }
  return out;
}

TEST(ValueConfidence, IsTheProductOverTheTokensOfAValue) {
  const auto answer = tokens({{"{\"", 0.1},
                              {"result", 1},
                              {"\": \"", 0.1},
                              {"no", 0.5},
                              {"pe", 0.4},
                              {"\"}", 0.9},
                              {"<|end|>", 0.1}});
  EXPECT_NEAR(value_confidence(R"({"result": "nope"})", answer, "result").value(), 0.5 * 0.4 * 0.9, 1e-6);
}

TEST(ValueConfidence, IsTheMeanOverTheValuesOfTheMemberAlone) {
  const auto answer = tokens(
      {{R"({"x":)", 0.2}, {"7", 0.3}, {R"(,"result":[)", 1}, {"1", 0.8}, {",", 1}, {"true", 0.6}, {"]}", 1}});
  const std::string text = R"({"x":7,"result":[1,true]})";
  EXPECT_NEAR(value_confidence(text, answer, "result").value(), 0.7, 1e-6);
  EXPECT_NEAR(value_confidence(text, answer, "").value(), (0.3 + 0.8 + 0.6) / 3, 1e-6);
  EXPECT_FALSE(value_confidence(text, answer, "y"));
}

TEST(ValueConfidence, LooksBehindTheReasoningAndFallsBackToTheRawProbability) {
  auto answer = tokens(
      {{"<think>", 0.1}, {"\"a\"?", 0.1}, {"</think>", 0.1}, {"\n", 0.1}, {"\"", 1}, {"a", 1}, {"\"", 1}});
  answer[5].among_allowed.reset();
  answer[5].logprob = static_cast<float>(std::log(0.25));
  EXPECT_NEAR(value_confidence("\"a\"", answer, "").value(), 0.25, 1e-6);
}

TEST(ValueConfidence, OfWhatIsNoJsonOrNotSpeltThereIsNone) {
  EXPECT_FALSE(value_confidence("no", tokens({{"no", 1}}), ""));
  EXPECT_FALSE(value_confidence("12", tokens({{"13", 1}}), ""));
  EXPECT_FALSE(value_confidence("{}", tokens({{"{}", 1}}), ""));
  EXPECT_FALSE(value_confidence("1", tokens({{"1", 1}}), "result"));
}

TEST(ValueConfidence, EscapesAndNestingDoNotMislead) {
  const std::string text = R"({"a\"}": "x", "result": {"k": ["]\"", {"z": -1.5}], "result": null}})";
  std::vector<std::pair<std::string, double>> letters;
  for (const char c : text) letters.emplace_back(std::string(1, c), 1.0);
  letters[text.find("x")].second = 0.1;
  letters[text.find("-1.5") + 1].second = 0.5;
  EXPECT_NEAR(value_confidence(text, tokens(letters), "result").value(), (1.0 + 0.5 + 1.0) / 3, 1e-6);
}

TEST(VerdictPresets, EachHasASchemaWithResultAndReasons) {
  for (const VerdictPreset& preset : verdict_presets()) {
    const auto schema = JsonSchema::compile(preset.schema);
    ASSERT_TRUE(schema) << preset.name << schema.error().text();
    EXPECT_EQ(find_verdict_preset(preset.name), &preset);
    GenerationRequest request;
    request.messages = {Message::text(Role::kSystem, "Be short."), Message::text(Role::kUser, "?")};
    apply(preset, request);
    ASSERT_EQ(request.messages.size(), 2U);
    EXPECT_EQ(request.messages[0].content.size(), 2U);
    EXPECT_EQ(request.sampling.logprobs, 0);
    request.messages = {Message::text(Role::kUser, "?")};
    apply(preset, request);
    EXPECT_EQ(request.messages.front().role, Role::kSystem);
  }
  EXPECT_EQ(find_verdict_preset("divination"), nullptr);
}

}  // namespace
}  // namespace fovea
