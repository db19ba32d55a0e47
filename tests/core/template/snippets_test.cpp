#include "tests/core/template/template_files.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fovea {
namespace {

TemplateOptions at_the_oracle_s_moment() {
  std::tm moment{};  // 2026-03-07 14:05:09, a Saturday, as in template_differential.py
  moment.tm_year = 126;
  moment.tm_mon = 2;
  moment.tm_mday = 7;
  moment.tm_hour = 14;
  moment.tm_min = 5;
  moment.tm_sec = 9;
  moment.tm_wday = 6;
  moment.tm_yday = 65;
  TemplateOptions options;
  options.now = moment;
  return options;
}

/// Pieces of Jinja with what Python's jinja2 made of them in transformers' environment: the text, the
/// template's own words where it raised an exception, or any error where Python raised one. `left_out`:
/// stated as unsupported.
TEST(TemplateSnippets, AgreeWithJinja) {
  const Json snippets = read_json("snippets.json");
  ASSERT_GE(snippets.size(), 500U);
  for (const Json& snippet : snippets) {
    const std::string source = snippet["template"].get<std::string>();
    SCOPED_TRACE(source);
    const auto got = render(source, snippet["variables"], at_the_oracle_s_moment());
    if (snippet.contains("text")) {
      ASSERT_TRUE(got) << got.error().text();
      EXPECT_EQ(*got, snippet["text"].get<std::string>());
    } else if (snippet.contains("raises")) {
      ASSERT_FALSE(got) << *got;
      EXPECT_EQ(got.error().message, snippet["raises"].get<std::string>());
      EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
      EXPECT_EQ(got.error().field, "messages");
    } else {
      ASSERT_FALSE(got) << *got;
      if (snippet.contains("left_out")) {
        EXPECT_EQ(got.error().code, ErrorCode::kUnsupported) << got.error().text();
      }
    }
  }
}

}  // namespace
}  // namespace fovea
