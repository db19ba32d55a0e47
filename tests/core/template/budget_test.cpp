#include "tests/core/template/template_files.h"

#include <ctime>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

std::string repeated(const std::string& unit, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += unit;
  return out;
}

/// Processor time, so that a busy machine does not count.
double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / static_cast<double>(CLOCKS_PER_SEC);
}

/// Each of these would run for hours, fill the memory or overflow the stack.
std::vector<std::string> runaways() {
  return {
      "{% for i in range(10**9) %}x{% endfor %}",
      "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
      "{% for i in range(100000) %}{% for j in range(100000) %}{% for k in range(100000) %}x{% endfor %}{% "
      "endfor %}"
      "{% endfor %}",
      "{{ 'x' * 10**12 }}",
      "{{ ('x' * 10**6) * 10**6 }}",
      "{{ [0] * 10**12 }}",
      "{{ 'x' * 9223372036854775807 }}",
      "{{ 'x'.ljust(9223372036854775807) }}",
      "{{ 'a'|indent(10**15) }}",
      "{{ [1]|tojson(indent=10**15) }}",
      "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{% set ns = namespace(s=[]) %}{% for i in range(90) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ "
      "ns.s }}",
      "{% set ns = namespace(s=[]) %}{% for i in range(90) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}"
      "{{ ns.s|tojson }}",
      "{% set ns = namespace(s=[], t=[]) %}{% for i in range(90) %}{% set ns.s = [ns.s, ns.s] %}"
      "{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.s == ns.t }}",
      "{% set ns = namespace(s=[]) %}{% for i in range(100000) %}{% set ns.s = [ns.s] %}{% endfor %}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(100000) %}{% set ns.s = ns.s|map('string') %}{% "
      "endfor %}"
      "{{ ns.s|list }}",
      "{% set a = namespace() %}{% set a.a = a %}{{ a }}",
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
      "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
      "{% macro f(n) %}{% if n > 0 %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
      "{% macro f(n) %}{% call g() %}{{ f(n) }}{% endcall %}{% endmacro %}{% macro g() %}{{ caller() }}{% "
      "endmacro %}"
      "{{ f(1) }}",
      "{% set s = 'ab' * 10**6 %}{% for i in range(100000) %}{{ s|length }}{{ s.replace('a','b')|length }}{% "
      "endfor %}",
      "{% set s = 'a' * 10**6 %}{% for i in range(100000) %}{% if 'b' in s %}{% endif %}{% endfor %}",
      "{% set s = [0] * 100000 %}{% for i in range(100000) %}{% if 1 in s %}{% endif %}{% endfor %}",
      "{% set s = [0] * 100000 %}{% for i in range(100000) %}{% if s == s[:] %}{% endif %}{% endfor %}",
      "{% set s = range(100000)|list %}{% for i in s %}{{ s|sort|first }}{% endfor %}",
      "{% set s = 'é' * 10**6 %}{% for i in range(100000) %}{{ s[999999] }}{% endfor %}",
      repeated("{% if 1 %}", 200) + repeated("{% endif %}", 200),
      "{{ " + repeated("(", 5000) + "1" + repeated(")", 5000) + " }}",
      "{{ " + repeated("[", 5000) + repeated("]", 5000) + " }}",
      "{{ " + repeated("-", 5000) + "1 }}",
      "{{ " + repeated("not ", 5000) + "1 }}",
      "{{ 1" + repeated(" + 1", 5000) + " }}",
      "{{ 1" + repeated("|string", 5000) + " }}",
      "{{ x" + repeated(".x", 5000) + " }}",
      "{{ x" + repeated("()", 5000) + " }}",
      "{{ 1" + repeated(" if 1 else 1", 5000) + " }}",
      "{% set " + repeated("(", 5000) + "a" + repeated(")", 5000) + " = 1 %}",
  };
}

TEST(TemplateBudget, RunawaysEndWithinASecond) {
  for (const std::string& source : runaways()) {
    SCOPED_TRACE(source.substr(0, 200));
    const std::clock_t start = std::clock();
    const auto got = render(source);
    const double took = seconds_since(start);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::kBudgetExceeded) << got.error().text();
    EXPECT_LT(took, kSlowBuild ? 10.0 : 1.0);
  }
}

TEST(TemplateBudget, SourcesOfAMegabyteCompileInTimeOrAreRefused) {
  const std::string names = [] {
    std::string out;
    for (int i = 0; i < 20000; ++i)
      out += "{% if a" + std::to_string(i) + " %}{% set b" + std::to_string(i) + "=1 %}{% endif %}";
    return out;
  }();
  for (const std::string& source :
       {repeated("{{ x }}", 100000), repeated("{% for a in b %}{% endfor %}", 30000), names.substr(0, 999999),
        repeated("{", 900000), repeated("{%", 400000), repeated("{# ", 300000), repeated("{{ 'a' ~ ", 100000),
        "{{ " + repeated("a ~ ", 200000) + "a }}", "{% raw %}" + repeated("{% ", 300000),
        repeated("{% raw ", 140000)}) {
    SCOPED_TRACE(source.substr(0, 60));
    const std::clock_t start = std::clock();
    const auto compiled = ChatTemplate::compile(source);
    const double took = seconds_since(start);
    EXPECT_LT(took, kSlowBuild ? 20.0 : 2.0);
  }
  const auto large = ChatTemplate::compile(std::string(1'000'001, 'x'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

TEST(TemplateBudget, CountsWhatItSays) {
  TemplateOptions options;
  options.budget.output = 10;
  EXPECT_TRUE(render("{{ 'x' * 10 }}", Json::object(), options));
  EXPECT_FALSE(render("{{ 'x' * 11 }}", Json::object(), options));
  EXPECT_FALSE(render("{{ 'x' * 9 }}yy", Json::object(), options));
  options = {};
  options.budget.macro_depth = 3;
  const std::string down = "{% macro f(n) %}{% if n %}{{ f(n-1) }}{% endif %}{% endmacro %}";
  EXPECT_TRUE(render(down + "{{ f(2) }}", Json::object(), options));
  EXPECT_FALSE(render(down + "{{ f(3) }}", Json::object(), options));
  options = {};
  options.budget.steps = 1000;
  EXPECT_TRUE(render("{% for i in range(100) %}{{ i }}{% endfor %}", Json::object(), options));
  EXPECT_FALSE(render("{% for i in range(1000) %}{{ i }}{% endfor %}", Json::object(), options));
}

TEST(TemplateBudget, LongConversationsFit) {
  Json messages = Json::array();
  const std::string page = repeated("A line of a long document, with some words in it.\n", 2000);  // 100 kB
  for (int i = 0; i < 60; ++i) {
    messages.push_back({{"role", "user"}, {"content", page}});
    messages.push_back({{"role", "assistant"}, {"content", "Yes."}});
  }
  for (const char* name : {"qwen3vl.jinja", "glm46v.jinja"}) {
    const auto got = render(read_file(name), {{"messages", messages}, {"add_generation_prompt", true}});
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_GT(got->size(), 60U * page.size());
  }
}

}  // namespace
}  // namespace fovea
