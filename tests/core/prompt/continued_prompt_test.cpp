#include "core/input/prompt_builder.h"

#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

/// The templates of both families, of checkpoints that tests/oracle makes. FOVEA_CHECKPOINTS: the folder of
/// these.
class ContinuedPrompt : public ::testing::TestWithParam<const char*> {
 protected:
  std::string shown(const GenerationRequest& request) {
    const char* folder = std::getenv("FOVEA_CHECKPOINTS");
    const auto builder = PromptBuilder::load(std::string(folder == nullptr ? "" : folder) + "/" + GetParam());
    if (!builder) ADD_FAILURE() << builder.error().text();
    const auto prompt = builder ? builder->build(request, {}) : Result<BuiltPrompt>(builder.error());
    return prompt ? prompt->shown : "";
  }
  GenerationRequest question() const {
    GenerationRequest request;
    request.messages = {Message::text(Role::kSystem, "Be brief."),
                        Message::text(Role::kUser, "What is this?")};
    return request;
  }
};

TEST_P(ContinuedPrompt, IsTheQuestionsOwnWithTheAnswerSoFar) {
  GenerationRequest request = question();
  const std::string asked = shown(request);
  ASSERT_FALSE(asked.empty());
  request.messages.push_back(Message::text(Role::kAssistant, "A lake with "));
  request.continue_answer = true;
  EXPECT_EQ(shown(request), asked + "A lake with ") << "to the last blank";
}

TEST_P(ContinuedPrompt, KeepsTheReasoning) {
  GenerationRequest request = question();
  const std::string asked = shown(request);
  request.messages.push_back(Message::text(Role::kAssistant, ""));
  request.messages.back().reasoning = "Water, so";
  request.continue_answer = true;
  const bool opened = asked.ends_with("<think>\n") || asked.ends_with("<think>");
  const std::string tag = opened ? "" : "<think>\n";
  EXPECT_EQ(shown(request), asked + tag + "Water, so");
  request.messages.back().content = {TextPart{"A"}};
  EXPECT_EQ(shown(request), asked + tag + "Water, so\n</think>\n\nA");
}

INSTANTIATE_TEST_SUITE_P(Families, ContinuedPrompt,
                         ::testing::Values("qwen-forms", "qwen-tied", "glm-46v", "glm-41v"));

}  // namespace
}  // namespace fovea
