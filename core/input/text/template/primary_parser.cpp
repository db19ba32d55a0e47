#include "core/input/text/template/expression_parser.h"

// The values that expressions are made of: names, literals, brackets.

namespace fovea::jinja {

ExpressionPtr ExpressionParser::primary(bool with_namespace) {
  const Token token = current();
  switch (token.kind) {
    case TokenKind::kName:
      return name_or_constant(with_namespace);
    case TokenKind::kString: {
      std::string text;
      while (at_kind(TokenKind::kString)) text += take().text;
      ExpressionPtr made = make(ExpressionKind::kConstant, token.line);
      made->value = Value(std::move(text));
      return made;
    }
    case TokenKind::kInteger:
    case TokenKind::kFloat: {
      take();
      ExpressionPtr made = make(ExpressionKind::kConstant, token.line);
      made->value = token.kind == TokenKind::kFloat ? Value(token.number) : Value(token.integer);
      return made;
    }
    default:
      break;
  }
  if (at_operator("(")) {
    take();
    ExpressionPtr inner = tuple(true, {}, true);
    expect_operator(")");
    return inner;
  }
  if (at_operator("[")) return list();
  if (at_operator("{")) return dict();
  fail_expected("an expression");
}

ExpressionPtr ExpressionParser::name_or_constant(bool with_namespace) {
  const Token token = take();
  ExpressionPtr made = make(ExpressionKind::kConstant, token.line);
  if (token.text == "true" || token.text == "True") {
    made->value = Value(true);
  } else if (token.text == "false" || token.text == "False") {
    made->value = Value(false);
  } else if (token.text == "none" || token.text == "None") {
    made->value = Value(None());
  } else {
    made->kind = ExpressionKind::kName;
    made->name = intern(token.text);
    if (with_namespace && skip_operator(".")) {
      made->kind = ExpressionKind::kNamespaceItem;
      made->attribute = expect_name();
    }
  }
  return made;
}

ExpressionPtr ExpressionParser::list() {
  ExpressionPtr made = make(ExpressionKind::kList, take().line);
  while (!at_operator("]")) {
    if (!made->children.empty()) {
      expect_operator(",");
      if (at_operator("]")) break;
    }
    add_child(*made, expression());
  }
  expect_operator("]");
  return made;
}

ExpressionPtr ExpressionParser::dict() {
  ExpressionPtr made = make(ExpressionKind::kDict, take().line);
  while (!at_operator("}")) {
    if (!made->children.empty()) {
      expect_operator(",");
      if (at_operator("}")) break;
    }
    add_child(*made, expression());
    expect_operator(":");
    add_child(*made, expression());
  }
  expect_operator("}");
  return made;
}

bool ExpressionParser::at_tuple_end(std::string_view end_name) const {
  return at_kind(TokenKind::kVariableEnd) || at_kind(TokenKind::kBlockEnd) || at_operator(")") ||
         (!end_name.empty() && at_name(end_name));
}

ExpressionPtr ExpressionParser::tuple(bool with_conditional, std::string_view end_name, bool in_parentheses) {
  ExpressionPtr made = make(ExpressionKind::kTuple, line());
  bool commas = false;
  while (!at_tuple_end(end_name)) {
    add_child(*made, expression(with_conditional));
    if (!skip_operator(",")) break;
    commas = true;
  }
  if (commas) return made;
  if (!made->children.empty()) return std::move(made->children.front());
  if (!in_parentheses) fail_expected("an expression");
  return made;
}

}  // namespace fovea::jinja
