#include "core/input/text/template/chat_template.h"
#include "tests/core/template/template_files.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

/// Conversations with what transformers 5.17 rendered from both families' templates (template_cases.json).
TEST(TemplateGolden, EveryCaseByteForByte) {
  const Json cases = read_json("template_cases.json");
  ASSERT_GE(cases.size(), 100U);
  for (const Json& row : cases) {
    SCOPED_TRACE(row["name"].get<std::string>() + " " + row["template"].get<std::string>());
    const auto compiled = ChatTemplate::compile(read_file(row["template"].get<std::string>() + ".jinja"));
    ASSERT_TRUE(compiled) << compiled.error().text();
    Json variables = row["kwargs"];
    variables["messages"] = row["messages"];
    variables["tools"] = row["tools"];
    const auto text = compiled->render(variables);
    ASSERT_TRUE(text) << text.error().text();
    EXPECT_EQ(*text, row["text"].get<std::string>());
  }
}

TEST(TemplateGolden, TellsWhichVariablesATemplateAsksFor) {
  const auto glm = ChatTemplate::compile(read_file("glm46v.jinja"));
  const auto qwen = ChatTemplate::compile(read_file("qwen3vl.jinja"));
  ASSERT_TRUE(glm && qwen);
  EXPECT_TRUE(glm->mentions("enable_thinking"));
  EXPECT_FALSE(qwen->mentions("enable_thinking"));
  EXPECT_TRUE(qwen->mentions("add_vision_id"));
  EXPECT_FALSE(glm->mentions("add_vision_id"));
  EXPECT_TRUE(glm->mentions("messages"));
  EXPECT_FALSE(glm->mentions("m"));  // a loop's own variable
}

}  // namespace
}  // namespace fovea
