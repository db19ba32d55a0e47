#include "core/input/text/template/expression_parser.h"

#include "core/input/text/template/syntax_error.h"

#include <algorithm>
#include <string>

namespace fovea::jinja {
namespace {

constexpr int kMaxHeight = 200;

}  // namespace

ExpressionParser::Nesting::Nesting(ExpressionParser& parser) : parser_(parser) {
  if (++parser_.nesting_ > kMaxHeight) {
    throw Failure{ErrorCode::kBudgetExceeded, "An expression is nested too deeply.", parser_.line()};
  }
}

Token ExpressionParser::take() {
  Token token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool ExpressionParser::at_name(std::string_view name) const {
  return current().kind == TokenKind::kName && current().text == name;
}

bool ExpressionParser::at_operator(std::string_view text) const {
  return current().kind == TokenKind::kOperator && current().text == text;
}

bool ExpressionParser::skip_name(std::string_view name) {
  if (!at_name(name)) return false;
  take();
  return true;
}

bool ExpressionParser::skip_operator(std::string_view text) {
  if (!at_operator(text)) return false;
  take();
  return true;
}

void ExpressionParser::fail_expected(std::string_view what) const {
  syntax_error("Expected " + std::string(what) + ", found " + describe(current()) + ".", line());
}

std::string ExpressionParser::expect_name() {
  if (!at_kind(TokenKind::kName)) fail_expected("a name");
  return take().text;
}

void ExpressionParser::expect_name(std::string_view name) {
  if (!skip_name(name)) fail_expected("'" + std::string(name) + "'");
}

void ExpressionParser::expect_operator(std::string_view text) {
  if (!skip_operator(text)) fail_expected("'" + std::string(text) + "'");
}

void ExpressionParser::expect_kind(TokenKind kind, std::string_view what) {
  if (!at_kind(kind)) fail_expected(what);
  take();
}

int ExpressionParser::intern(std::string_view name) {
  const auto [at, added] = numbers_.emplace(std::string(name), static_cast<int>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

ExpressionPtr ExpressionParser::make(ExpressionKind kind, int line) const {
  auto made = std::make_unique<Expression>();
  made->kind = kind;
  made->line = line;
  return made;
}

void ExpressionParser::count_height(Expression& parent, const Expression& child) const {
  parent.height = std::max(parent.height, child.height + 1);
  if (parent.height > kMaxHeight) {
    throw Failure{ErrorCode::kBudgetExceeded, "An expression is too long.", parent.line};
  }
}

void ExpressionParser::add_child(Expression& parent, ExpressionPtr child) const {
  if (child != nullptr) count_height(parent, *child);
  parent.children.push_back(std::move(child));
}

ExpressionPtr ExpressionParser::binary(BinaryOperator op, ExpressionPtr left, ExpressionPtr right,
                                       int line) const {
  ExpressionPtr made = make(ExpressionKind::kBinary, line);
  made->op = op;
  add_child(*made, std::move(left));
  add_child(*made, std::move(right));
  return made;
}

ExpressionPtr ExpressionParser::expression(bool with_conditional) {
  const Nesting nesting(*this);
  return with_conditional ? conditional() : disjunction();
}

ExpressionPtr ExpressionParser::conditional() {
  int start = line();
  ExpressionPtr value = disjunction();
  while (skip_name("if")) {
    ExpressionPtr made = make(ExpressionKind::kConditional, start);
    add_child(*made, disjunction());
    add_child(*made, std::move(value));
    add_child(*made, skip_name("else") ? expression() : nullptr);
    value = std::move(made);
    start = line();
  }
  return value;
}

ExpressionPtr ExpressionParser::disjunction() {
  ExpressionPtr left = conjunction();
  while (at_name("or")) {
    ExpressionPtr made = make(ExpressionKind::kOr, take().line);
    add_child(*made, std::move(left));
    add_child(*made, conjunction());
    left = std::move(made);
  }
  return left;
}

ExpressionPtr ExpressionParser::conjunction() {
  ExpressionPtr left = negation();
  while (at_name("and")) {
    ExpressionPtr made = make(ExpressionKind::kAnd, take().line);
    add_child(*made, std::move(left));
    add_child(*made, negation());
    left = std::move(made);
  }
  return left;
}

ExpressionPtr ExpressionParser::negation() {
  if (!at_name("not")) return comparison();
  const Nesting nesting(*this);
  ExpressionPtr made = make(ExpressionKind::kNot, take().line);
  add_child(*made, negation());
  return made;
}

ExpressionPtr ExpressionParser::comparison() {
  static const std::pair<std::string_view, Comparison> kOperators[] = {
      {"==", Comparison::kEqual},     {"!=", Comparison::kNotEqual}, {"<", Comparison::kLess},
      {"<=", Comparison::kLessEqual}, {">", Comparison::kGreater},   {">=", Comparison::kGreaterEqual}};
  const int start = line();
  ExpressionPtr first = sum();
  ExpressionPtr made;
  for (;;) {
    const auto* known = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [this](const auto& candidate) { return at_operator(candidate.first); });
    Comparison comparison = Comparison::kIn;
    if (known != std::end(kOperators)) {
      comparison = known->second;
      take();
    } else if (at_name("not") && ahead().kind == TokenKind::kName && ahead().text == "in") {
      comparison = Comparison::kNotIn;
      take();
      take();
    } else if (!skip_name("in")) {
      return made != nullptr ? std::move(made) : std::move(first);
    }
    if (made == nullptr) {
      made = make(ExpressionKind::kCompare, start);
      add_child(*made, std::move(first));
    }
    made->comparisons.push_back(comparison);
    add_child(*made, sum());
  }
}

ExpressionPtr ExpressionParser::sum() {
  ExpressionPtr left = concatenation();
  while (at_operator("+") || at_operator("-")) {
    const Token sign = take();
    left = binary(sign.text == "+" ? BinaryOperator::kAdd : BinaryOperator::kSubtract, std::move(left),
                  concatenation(), sign.line);
  }
  return left;
}

ExpressionPtr ExpressionParser::concatenation() {
  const int start = line();
  ExpressionPtr first = product();
  if (!at_operator("~")) return first;
  ExpressionPtr made = make(ExpressionKind::kConcat, start);
  add_child(*made, std::move(first));
  while (skip_operator("~")) add_child(*made, product());
  return made;
}

ExpressionPtr ExpressionParser::product() {
  static const std::pair<std::string_view, BinaryOperator> kOperators[] = {
      {"*", BinaryOperator::kMultiply},
      {"/", BinaryOperator::kDivide},
      {"//", BinaryOperator::kFloorDivide},
      {"%", BinaryOperator::kModulo}};
  ExpressionPtr left = power();
  for (;;) {
    const auto* known = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [this](const auto& candidate) { return at_operator(candidate.first); });
    if (known == std::end(kOperators)) return left;
    const int start = take().line;
    left = binary(known->second, std::move(left), power(), start);
  }
}

ExpressionPtr ExpressionParser::power() {
  ExpressionPtr left = unary();
  while (at_operator("**")) {  // Jinja's binds to the left
    const int start = take().line;
    left = binary(BinaryOperator::kPower, std::move(left), unary(), start);
  }
  return left;
}

ExpressionPtr ExpressionParser::unary(bool with_filters) {
  ExpressionPtr value;
  if (at_operator("-") || at_operator("+")) {
    const Nesting nesting(*this);
    const Token sign = take();
    value = make(sign.text == "-" ? ExpressionKind::kNegative : ExpressionKind::kPositive, sign.line);
    add_child(*value, unary(false));
  } else {
    value = primary();
  }
  value = postfix(std::move(value));
  return with_filters ? filters_and_tests(std::move(value)) : std::move(value);
}

}  // namespace fovea::jinja
