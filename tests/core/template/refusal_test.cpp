#include "tests/core/template/template_files.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

struct Refusal {
  const char* source;
  ErrorCode code;
  const char* names;  ///< what the message must say
  const char* line;
};

TEST(TemplateRefusal, NamesTheConstructAndItsLine) {
  const Refusal refusals[] = {
      {"a\nb{% include 'x' %}", ErrorCode::kUnsupported, "'include'", "line 2"},
      {"\n\n{{ 'x'|urlize }}", ErrorCode::kUnsupported, "'urlize'", "line 3"},
      {"\n{{ 1 is strange }}", ErrorCode::kUnsupported, "'strange'", "line 2"},
      {"\n{% if true %}\n{{ 1|nofilter }}{% endif %}", ErrorCode::kUnsupported, "'nofilter'", "line 3"},
      {"\n{% autoescape true %}{% endautoescape %}", ErrorCode::kUnsupported, "'autoescape'", "line 2"},
      {"\n{{ '%d' % 1 }}", ErrorCode::kUnsupported, "%", "line 2"},
      {"\n{{ 'a'.encode() }}", ErrorCode::kUnsupported, "'encode'", "line 2"},
      {"\n{{ 9223372036854775807 + 1 }}", ErrorCode::kUnsupported, "64 bits", "line 2"},
      {"{% if 1 %}\n", ErrorCode::kDamagedModel, "'endif'", "line"},
      {"\n{% endif %}", ErrorCode::kDamagedModel, "'endif'", "line 2"},
      {"\n{{ 1 + }}", ErrorCode::kDamagedModel, "'}}'", "line 2"},
      {"\n{{ messages[0].role }}", ErrorCode::kInvalidArgument, "element 0", "line 2"},
      {"\n{{ {}.a.b }}", ErrorCode::kInvalidArgument, "'a'", "line 2"},
      {"\n{% set x = nothing.y %}", ErrorCode::kInvalidArgument, "'nothing' is undefined", "line 2"},
      {"\n\n{% for x in 5 %}{% endfor %}", ErrorCode::kInvalidArgument, "int", "line 3"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.source);
    const auto got = render(refusal.source, {{"messages", Json::array()}});
    ASSERT_FALSE(got) << *got;
    EXPECT_EQ(got.error().code, refusal.code);
    EXPECT_NE(got.error().message.find(refusal.names), std::string::npos) << got.error().message;
    EXPECT_NE(got.error().message.find(refusal.line), std::string::npos) << got.error().message;
  }
}

TEST(TemplateRefusal, TheTemplatesOwnWordsAreShownAsTheyAre) {
  const auto got = render("{{ raise_exception('Roles must alternate.') }}");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "Roles must alternate.");
}

TEST(TemplateRefusal, NothingChangesTheMessages) {
  const Json variables = {{"messages", {{{"role", "user"}}}}};
  EXPECT_FALSE(render("{{ messages.append(1) }}", variables));
  EXPECT_FALSE(render("{{ messages[0].update({'role':'x'}) }}", variables));
  EXPECT_FALSE(render("{% set messages[0].role = 'x' %}", variables));
}

TEST(TemplateRefusal, TextThatIsNotUtf8) {
  const auto source = ChatTemplate::compile("a\xFF");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::kInvalidText);
  const auto message = render("{{ m }}", {{"m", "\xC3"}});
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::kInvalidText);
  EXPECT_TRUE(render("{{ x }}", {{"m", "\xC3"}}));  // nobody looks at it
}

TEST(TemplateRefusal, VariablesNestedWithoutEnd) {
  Json deep = 1;
  for (int i = 0; i < 2000; ++i) deep = Json::array({deep});
  const auto got = render("{{ deep }}", {{"deep", deep}});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(ChatTemplate::compile("x")->render(Json::array()));
}

}  // namespace
}  // namespace fovea
