#pragma once

#include "core/input/text/template/ast.h"

namespace fovea::jinja {

/// Calls `visit(expression)` for each part that stands directly in an expression; none of them null.
template <typename Visit>
void for_each_part(const Expression& expression, const Visit& visit) {
  for (const ExpressionPtr& child : expression.children) {
    if (child != nullptr) visit(*child);
  }
  if (expression.call == nullptr) return;
  for (const ExpressionPtr& argument : expression.call->positional) visit(*argument);
  for (const auto& [name, argument] : expression.call->named) visit(*argument);
  if (expression.call->unpacked_list != nullptr) visit(*expression.call->unpacked_list);
  if (expression.call->unpacked_dict != nullptr) visit(*expression.call->unpacked_dict);
}

/// Calls `visit(expression)` for each expression that stands directly in a statement, in the order of the
/// source, and `enter(statement)` for each statement of its bodies. Targets are visited by
/// `assign(expression)`.
template <typename Visit, typename Assign, typename Enter>
void for_each_part(const Statement& statement, const Visit& visit, const Assign& assign, const Enter& enter) {
  const auto maybe = [&visit](const ExpressionPtr& expression) {
    if (expression != nullptr) visit(*expression);
  };
  const bool value_first = statement.kind == StatementKind::kSet;
  if (value_first) maybe(statement.expression);
  if (statement.target != nullptr) assign(*statement.target);
  if (!value_first) maybe(statement.expression);
  for (const ExpressionPtr& target : statement.targets) assign(*target);
  for (const ExpressionPtr& value : statement.values) visit(*value);
  for (const ExpressionPtr& value : statement.signature.defaults) visit(*value);
  for (const auto& [test, body] : statement.branches) {
    visit(*test);
    for (const Statement& inner : body) enter(inner);
  }
  for (const Statement& inner : statement.body) enter(inner);
  for (const Statement& inner : statement.otherwise) enter(inner);
  maybe(statement.test);
}

}  // namespace fovea::jinja
