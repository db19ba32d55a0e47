#include "core/input/text/template/expression_parser.h"
#include "core/input/text/template/syntax_error.h"

// What may follow a value: attributes, subscripts, calls, filters, tests; and the targets of assignments.

namespace fovea::jinja {

ExpressionPtr ExpressionParser::postfix(ExpressionPtr subject) {
  for (;;) {
    if (at_operator(".") || at_operator("[")) {
      subject = subscript(std::move(subject));
    } else if (at_operator("(")) {
      subject = call(std::move(subject));
    } else {
      return subject;
    }
  }
}

ExpressionPtr ExpressionParser::filters_and_tests(ExpressionPtr subject) {
  for (;;) {
    if (at_operator("|")) {
      subject = filters(std::move(subject), false);
    } else if (at_name("is")) {
      subject = test(std::move(subject));
    } else if (at_operator("(")) {
      subject = call(std::move(subject));
    } else {
      return subject;
    }
  }
}

ExpressionPtr ExpressionParser::subscript(ExpressionPtr subject) {
  const Token opening = take();
  if (opening.text == ".") {
    if (at_kind(TokenKind::kName)) {
      ExpressionPtr made = make(ExpressionKind::kAttribute, opening.line);
      made->attribute = take().text;
      add_child(*made, std::move(subject));
      return made;
    }
    if (!at_kind(TokenKind::kInteger)) fail_expected("a name or a number");
    ExpressionPtr index = make(ExpressionKind::kConstant, line());
    index->value = Value(take().integer);
    ExpressionPtr made = make(ExpressionKind::kItem, opening.line);
    add_child(*made, std::move(subject));
    add_child(*made, std::move(index));
    return made;
  }
  ExpressionPtr made = make(ExpressionKind::kItem, opening.line);
  add_child(*made, std::move(subject));
  ExpressionPtr several = make(ExpressionKind::kTuple, opening.line);
  while (!at_operator("]")) {
    if (!several->children.empty()) expect_operator(",");
    ExpressionPtr one = subscribed();
    const bool only = several->children.empty() && at_operator("]");
    if (one->kind == ExpressionKind::kSlice && !only) {
      unsupported("A slice among several subscripts is not supported.", opening.line);
    }
    add_child(*several, std::move(one));
  }
  expect_operator("]");
  const bool single = several->children.size() == 1;
  add_child(*made, single ? std::move(several->children.front()) : std::move(several));
  return made;
}

ExpressionPtr ExpressionParser::subscribed() {
  const int start = line();
  ExpressionPtr first;
  if (!at_operator(":")) {
    first = expression();
    if (!at_operator(":")) return first;
  }
  expect_operator(":");
  const auto part = [this]() -> ExpressionPtr {
    return at_operator(":") || at_operator("]") || at_operator(",") ? nullptr : expression();
  };
  ExpressionPtr made = make(ExpressionKind::kSlice, start);
  add_child(*made, std::move(first));
  add_child(*made, part());
  add_child(*made, skip_operator(":") ? part() : nullptr);
  return made;
}

void ExpressionParser::count_arguments(Expression& parent) const {
  const CallArguments& call = *parent.call;
  for (const ExpressionPtr& argument : call.positional) count_height(parent, *argument);
  for (const auto& [name, argument] : call.named) count_height(parent, *argument);
  if (call.unpacked_list != nullptr) count_height(parent, *call.unpacked_list);
  if (call.unpacked_dict != nullptr) count_height(parent, *call.unpacked_dict);
}

ExpressionPtr ExpressionParser::call(ExpressionPtr subject) {
  ExpressionPtr made = make(ExpressionKind::kCall, line());
  add_child(*made, std::move(subject));
  made->call = arguments();
  count_arguments(*made);
  return made;
}

std::unique_ptr<CallArguments> ExpressionParser::arguments() {
  const int start = line();
  auto made = std::make_unique<CallArguments>();
  const auto require = [start](bool order) {
    if (!order) syntax_error("The arguments of a call are in the wrong order.", start);
  };
  expect_operator("(");
  bool first = true;
  while (!at_operator(")")) {
    if (!first) {
      expect_operator(",");
      if (at_operator(")")) break;
    }
    first = false;
    if (skip_operator("*")) {
      require(made->unpacked_list == nullptr && made->unpacked_dict == nullptr);
      made->unpacked_list = expression();
    } else if (skip_operator("**")) {
      require(made->unpacked_dict == nullptr);
      made->unpacked_dict = expression();
    } else if (at_kind(TokenKind::kName) && ahead().kind == TokenKind::kOperator && ahead().text == "=") {
      require(made->unpacked_dict == nullptr);
      std::string name = take().text;
      take();
      for (const auto& known : made->named) {
        if (known.first == name) syntax_error("The argument '" + name + "' is given twice.", start);
      }
      made->named.emplace_back(std::move(name), expression());
    } else {
      require(made->unpacked_list == nullptr && made->unpacked_dict == nullptr && made->named.empty());
      made->positional.push_back(expression());
    }
  }
  expect_operator(")");
  return made;
}

std::string ExpressionParser::dotted_name() {
  std::string name = expect_name();
  while (skip_operator(".")) name += "." + expect_name();
  return name;
}

ExpressionPtr ExpressionParser::filters(ExpressionPtr subject, bool bare) {
  while (bare || skip_operator("|")) {
    bare = false;
    ExpressionPtr made = make(ExpressionKind::kFilter, line());
    made->attribute = dotted_name();
    add_child(*made, std::move(subject));
    made->call = at_operator("(") ? arguments() : std::make_unique<CallArguments>();
    count_arguments(*made);
    subject = std::move(made);
  }
  return subject;
}

ExpressionPtr ExpressionParser::test(ExpressionPtr subject) {
  const int start = take().line;
  const bool negated = skip_name("not");
  ExpressionPtr made = make(ExpressionKind::kTest, start);
  made->attribute = dotted_name();
  add_child(*made, std::move(subject));
  made->call = std::make_unique<CallArguments>();
  const bool literal = at_kind(TokenKind::kName) || at_kind(TokenKind::kString) ||
                       at_kind(TokenKind::kInteger) || at_kind(TokenKind::kFloat) || at_operator("[") ||
                       at_operator("{");
  if (at_operator("(")) {
    made->call = arguments();
  } else if (literal && !at_name("else") && !at_name("or") && !at_name("and")) {
    if (at_name("is")) syntax_error("Tests cannot be chained with 'is'.", line());
    made->call->positional.push_back(postfix(primary()));
  }
  count_arguments(*made);
  if (!negated) return made;
  ExpressionPtr opposite = make(ExpressionKind::kNot, start);
  add_child(*opposite, std::move(made));
  return opposite;
}

ExpressionPtr ExpressionParser::name_target() {
  ExpressionPtr made = make(ExpressionKind::kName, line());
  made->name = intern(expect_name());
  return made;
}

ExpressionPtr ExpressionParser::target(std::string_view end_name, bool with_namespace) {
  const Nesting nesting(*this);
  ExpressionPtr made = make(ExpressionKind::kTuple, line());
  bool commas = false;
  while (!at_tuple_end(end_name)) {
    const int start = line();
    ExpressionPtr one;
    if (skip_operator("(")) {
      one = target({}, false);
      expect_operator(")");
    } else if (at_kind(TokenKind::kName)) {
      one = name_or_constant(with_namespace);
    }
    if (one == nullptr || one->kind == ExpressionKind::kConstant) {
      syntax_error("Only a name can be assigned to.", start);
    }
    add_child(*made, std::move(one));
    if (!skip_operator(",")) break;
    commas = true;
  }
  if (made->children.empty()) fail_expected("a name");
  return commas ? std::move(made) : std::move(made->children.front());
}

}  // namespace fovea::jinja
