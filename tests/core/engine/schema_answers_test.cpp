#include "collected.h"
#include "core/engine/local_engine.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::SyntheticRunner;
using ::testing::AnyOf;
using ::testing::HasSubstr;

/// Answers of a model that repeats the question, under schemas.
class SchemaAnswersTest : public ::testing::Test {
 protected:
  Collected ask(const std::string& question, const std::string& schema, bool continued = false) {
    GenerationRequest request = asking(question);
    request.response_schema = schema;
    if (continued) {
      request.continue_answer = true;
      request.messages.push_back(Message::text(Role::kAssistant, "\"y"));
    }
    Collected collected;
    EXPECT_TRUE(engine_.submit(request, collected.sink()));
    collected.wait();
    return collected;
  }

  LocalEngine engine_{std::make_unique<SyntheticRunner>()};
};

TEST_F(SchemaAnswersTest, WhatKeepsToTheSchemaAnywayIsNotChanged) {
  const std::string list = R"([10, 11, 10, 11, 10, 11, 10, 11, 10, 11])";  // repeats: guesses come true
  const Collected answer = ask(list, R"({"type": "array", "items": {"type": "integer"}})");
  EXPECT_EQ(answer.text(), list);
  ASSERT_TRUE(answer.finished());
  EXPECT_EQ(answer.finished()->reason, FinishReason::kEndOfText);
  EXPECT_GT(answer.finished()->metrics.draft_accepted, 0);
}

TEST_F(SchemaAnswersTest, AnswersKeepToIt) {
  const Collected answer = ask("nobody knows", R"({"enum": ["yes", "no"]})");
  EXPECT_THAT(answer.text(), AnyOf(R"("yes")", R"("no")"));
  ASSERT_TRUE(answer.finished());
  EXPECT_EQ(answer.finished()->reason, FinishReason::kEndOfText);
  EXPECT_EQ(answer.finished()->metrics.completion_tokens, std::ssize(answer.text())) << "no step for the end";
}

TEST_F(SchemaAnswersTest, OneEndsWhereItCannotGoOnAndTheNextIsFree) {
  EXPECT_EQ(ask("7 and more", R"({"const": 7})").text(), "7");
  EXPECT_EQ(ask("7 and more", "").text(), "7 and more");
}

TEST_F(SchemaAnswersTest, ContinuesWhatKeepsToIt) {
  EXPECT_EQ(ask("yes", R"({"enum": ["yes", "no"]})", true).text(), "es\"");
  const Collected refused = ask("yes", R"({"const": 1})", true);
  ASSERT_TRUE(refused.failed());
  EXPECT_EQ(refused.failed()->error.code, ErrorCode::kInvalidArgument);
}

TEST_F(SchemaAnswersTest, OneSchemaIsCompiledOnceForAllItsAnswers) {
  for (int i = 0; i < 3; ++i) ask("7", R"({"const": 7})");
  ask("8", R"({"const": 8})");
  const SchemaCache::Use use = engine_.schema_cache();
  EXPECT_EQ(use.schemas, 2U);
  EXPECT_EQ(use.misses, 2);
  EXPECT_EQ(use.hits, 2);
}

TEST_F(SchemaAnswersTest, OneThatCannotBeUsedIsNotTaken) {
  GenerationRequest request = asking("a");
  request.response_schema = R"({"type": "object", "properties": {"a": {"pattern": "x"}}})";
  const Result<RequestId> taken = engine_.submit(request, [](const GenerationEvent&) {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(taken.error().field, "response_schema/properties/a/pattern");
  EXPECT_THAT(taken.error().message, HasSubstr("\"pattern\" is not supported"));
  request.response_schema = "{}";
  request.ignore_eos = true;
  EXPECT_EQ(engine_.submit(request, [](const GenerationEvent&) {}).error().field, "response_schema");
}

}  // namespace
}  // namespace fovea
