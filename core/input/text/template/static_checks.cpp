#include "core/input/text/template/static_checks.h"

#include "core/input/text/template/filters.h"
#include "core/input/text/template/syntax_error.h"
#include "core/input/text/template/tests.h"
#include "core/input/text/template/walk.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

bool assigns(const Expression& target, int name) {
  if (target.kind == ExpressionKind::kName && target.name == name) return true;
  return std::any_of(target.children.begin(), target.children.end(),
                     [name](const ExpressionPtr& child) { return assigns(*child, name); });
}

void check_calls(const Expression& expression) {
  if (expression.kind == ExpressionKind::kConditional) return;
  if (expression.kind == ExpressionKind::kFilter && !is_filter(expression.attribute)) {
    unsupported("The filter '" + expression.attribute + "' is not supported.", expression.line);
  }
  if (expression.kind == ExpressionKind::kTest && !is_test(expression.attribute)) {
    unsupported("The test '" + expression.attribute + "' is not supported.", expression.line);
  }
  for_each_part(expression, [](const Expression& part) { check_calls(part); });
}

}  // namespace

void refuse_loop_assignment(const Statement& statement, int loop) {
  const auto visit = [](const Expression&) {};
  const auto assign = [&](const Expression& target) {
    if (statement.kind != StatementKind::kMacro && assigns(target, loop)) {
      syntax_error("The variable 'loop' cannot be assigned in a loop.", statement.line);
    }
  };
  const auto enter = [loop](const Statement& inner) { refuse_loop_assignment(inner, loop); };
  for_each_part(statement, visit, assign, enter);
}

void refuse_unknown_calls(const Statement& statement) {
  if (statement.kind == StatementKind::kIf) return;
  for_each_part(
      statement, check_calls, [](const Expression&) {}, [](const Statement&) {});
}

}  // namespace fovea::jinja
