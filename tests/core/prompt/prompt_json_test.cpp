#include "core/input/prompt_json.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

using Json = ChatTemplate::Json;

GenerationRequest asking(const std::string& text) {
  GenerationRequest request;
  request.messages.push_back(Message::text(Role::kUser, text));
  return request;
}

std::string rendered(const GenerationRequest& request, const std::string& source) {
  const auto chat_template = ChatTemplate::compile(source);
  EXPECT_TRUE(chat_template) << chat_template.error().text();
  const auto variables = template_variables(request);
  EXPECT_TRUE(variables) << variables.error().text();
  const auto text = chat_template->render(*variables);
  EXPECT_TRUE(text) << text.error().text();
  return *text;
}

TEST(TemplateVariables, AbsentToolsAndDocumentsAreNoneNotUndefined) {
  const std::string source =
      "{{ tools is defined }} {{ tools is none }} {{ documents is defined }} {{ documents is none }}";
  EXPECT_EQ(rendered(asking("Hi"), source), "True True True True");
}

TEST(TemplateVariables, GivenToolsAreHandedOn) {
  GenerationRequest request = asking("Hi");
  request.tools_json = R"([{"type": "function", "function": {"name": "look"}}])";
  EXPECT_EQ(rendered(request, "{% for tool in tools %}{{ tool.function.name }}{% endfor %}"), "look");
  request.tools_json = "[]";
  EXPECT_EQ(rendered(request, "{{ tools is none }}"), "True");
}

TEST(TemplateVariables, ToolsThatAreNoListAreRefused) {
  GenerationRequest request = asking("Hi");
  for (const char* wrong : {"{}", "[", "3"}) {
    request.tools_json = wrong;
    const auto variables = template_variables(request);
    ASSERT_FALSE(variables) << wrong;
    EXPECT_EQ(variables.error().field, "tools") << wrong;
  }
}

TEST(TemplateVariables, ThinkingIsSetOnlyWhenAskedFor) {
  GenerationRequest request = asking("Hi");
  EXPECT_EQ(rendered(request, "{{ enable_thinking is defined }}"), "False");
  request.thinking = Thinking::kOff;
  EXPECT_EQ(rendered(request, "{{ enable_thinking }}"), "False");
  request.thinking = Thinking::kOn;
  EXPECT_EQ(rendered(request, "{{ enable_thinking }}"), "True");
}

TEST(TemplateVariables, TheRequestsOwnVariablesWin) {
  GenerationRequest request = asking("Hi");
  request.template_variables["documents"] = R"(["a"])";
  request.template_variables["style"] = R"("short")";
  EXPECT_EQ(rendered(request, "{{ documents[0] }} {{ style }}"), "a short");
}

}  // namespace
}  // namespace fovea
