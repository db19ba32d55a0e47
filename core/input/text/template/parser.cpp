#include "core/input/text/template/parser.h"

#include "core/input/text/template/expression_parser.h"
#include "core/input/text/template/scope_analysis.h"
#include "core/input/text/template/syntax_error.h"

#include <algorithm>
#include <array>
#include <string>

namespace fovea::jinja {
namespace {

constexpr int kMaxStatementDepth = 100;

using Names = std::initializer_list<std::string_view>;

class StatementParser {
 public:
  StatementParser(std::vector<Token> tokens, std::vector<std::string>& names)
      : parser_(std::move(tokens), names) {}

  Body run() { return body({}); }

 private:
  bool at_any(Names names) const {
    return std::any_of(names.begin(), names.end(),
                       [this](std::string_view name) { return parser_.at_name(name); });
  }

  /// Statements up to one of `ends` (which stays the current token), or to the end of the template when there
  /// are none.
  Body body(Names ends) {
    if (++depth_ > kMaxStatementDepth) {
      throw Failure{ErrorCode::kBudgetExceeded, "Blocks are nested too deeply.", parser_.line()};
    }
    Body statements;
    while (!parser_.at_kind(TokenKind::kEnd)) {
      const Token token = parser_.take();
      if (token.kind == TokenKind::kData) {
        statements.push_back(make(StatementKind::kText, token.line));
        statements.back().text = Value(token.text);
      } else if (token.kind == TokenKind::kVariableBegin) {
        statements.push_back(make(StatementKind::kOutput, token.line));
        statements.back().expression = parser_.tuple();
        parser_.expect_kind(TokenKind::kVariableEnd, "'}}'");
      } else {
        if (at_any(ends)) {
          --depth_;
          return statements;
        }
        statement(statements);
        parser_.expect_kind(TokenKind::kBlockEnd, "'%}'");
      }
    }
    if (ends.size() > 0) {
      syntax_error("The template ends where '" + std::string(*std::prev(ends.end())) + "' was expected.",
                   parser_.line());
    }
    --depth_;
    return statements;
  }

  /// The rest of a tag, its body, and the name that ends it, which is taken.
  Body block(Names ends) {
    parser_.skip_operator(":");
    parser_.expect_kind(TokenKind::kBlockEnd, "'%}'");
    return body(ends);
  }
  Body block_until(std::string_view end) {
    Body statements = block({end});
    parser_.take();
    return statements;
  }

  static Statement make(StatementKind kind, int line) {
    Statement made;
    made.kind = kind;
    made.line = line;
    return made;
  }

  void statement(Body& out) {
    if (!parser_.at_kind(TokenKind::kName)) parser_.fail_expected("the name of a tag");
    const Token tag = parser_.take();
    if (tag.text == "for") return out.push_back(for_loop(tag.line));
    if (tag.text == "if") return out.push_back(if_else(tag.line));
    if (tag.text == "set") return out.push_back(set(tag.line));
    if (tag.text == "macro") return out.push_back(macro(tag.line));
    if (tag.text == "call") return out.push_back(call_block(tag.line));
    if (tag.text == "filter") return out.push_back(filter_block(tag.line));
    if (tag.text == "with") return out.push_back(with(tag.line));
    if (tag.text == "print") return print(tag.line, out);
    if (tag.text == "break" || tag.text == "continue") return out.push_back(loop_control(tag));
    if (tag.text == "generation") return out.push_back(generation(tag.line));
    refuse(tag);
  }

  [[noreturn]] static void refuse(const Token& tag) {
    static constexpr std::array<std::string_view, 6> kLeftOut = {"block",  "extends", "include",
                                                                 "import", "from",    "autoescape"};
    if (std::find(kLeftOut.begin(), kLeftOut.end(), tag.text) != kLeftOut.end() ||
        tag.text.rfind("end", 0) != 0) {
      unsupported("The tag '" + tag.text + "' is not supported.", tag.line);
    }
    syntax_error("The tag '" + tag.text + "' closes nothing.", tag.line);
  }

  Statement for_loop(int line) {
    Statement made = make(StatementKind::kFor, line);
    made.target = parser_.target("in", false);
    parser_.expect_name("in");
    made.expression = parser_.tuple(false, "recursive");
    if (parser_.skip_name("if")) made.test = parser_.expression();
    if (parser_.at_name("recursive")) unsupported("Recursive loops are not supported.", line);
    ++loops_;
    made.body = block({"else", "endfor"});
    --loops_;
    if (parser_.take().text == "else") made.otherwise = block_until("endfor");
    return made;
  }

  Statement if_else(int line) {
    Statement made = make(StatementKind::kIf, line);
    for (;;) {
      ExpressionPtr test = parser_.tuple(false);
      made.branches.emplace_back(std::move(test), block({"elif", "else", "endif"}));
      const Token next = parser_.take();
      if (next.text == "else") made.otherwise = block_until("endif");
      if (next.text != "elif") return made;
    }
  }

  Statement set(int line) {
    Statement made = make(StatementKind::kSet, line);
    made.target = parser_.target({}, true);
    if (parser_.skip_operator("=")) {
      made.expression = parser_.tuple();
      return made;
    }
    made.kind = StatementKind::kSetBlock;
    if (parser_.at_operator("|")) made.expression = parser_.filters(nullptr, false);
    made.body = block_until("endset");
    return made;
  }

  void signature(Signature& out) {
    parser_.expect_operator("(");
    while (!parser_.at_operator(")")) {
      if (!out.parameters.empty()) parser_.expect_operator(",");
      const int line = parser_.line();
      out.parameters.push_back(parser_.intern(parser_.expect_name()));
      if (parser_.skip_operator("=")) {
        out.defaults.push_back(parser_.expression());
      } else if (!out.defaults.empty()) {
        syntax_error("A parameter without a default follows one with a default.", line);
      }
    }
    parser_.expect_operator(")");
  }

  /// The body of what becomes a function: loops around it do not reach into it.
  Body function_body(std::string_view end) {
    const int loops_outside = std::exchange(loops_, 0);
    Body statements = block_until(end);
    loops_ = loops_outside;
    return statements;
  }

  Statement macro(int line) {
    Statement made = make(StatementKind::kMacro, line);
    if (parser_.at_kind(TokenKind::kName)) made.signature.name = parser_.current().text;
    made.target = parser_.name_target();
    signature(made.signature);
    made.body = function_body("endmacro");
    return made;
  }

  Statement call_block(int line) {
    Statement made = make(StatementKind::kCallBlock, line);
    if (parser_.at_operator("(")) signature(made.signature);
    made.expression = parser_.expression();
    if (made.expression->kind != ExpressionKind::kCall) syntax_error("The tag 'call' needs a call.", line);
    made.body = function_body("endcall");
    return made;
  }

  Statement generation(int line) {
    Statement made = make(StatementKind::kGeneration, line);
    made.body = function_body("endgeneration");
    return made;
  }

  Statement filter_block(int line) {
    Statement made = make(StatementKind::kFilterBlock, line);
    made.expression = parser_.filters(nullptr, true);
    made.body = block_until("endfilter");
    return made;
  }

  Statement with(int line) {
    Statement made = make(StatementKind::kWith, line);
    while (!parser_.at_kind(TokenKind::kBlockEnd)) {
      if (!made.targets.empty()) parser_.expect_operator(",");
      made.targets.push_back(parser_.target({}, false));
      parser_.expect_operator("=");
      made.values.push_back(parser_.expression());
    }
    made.body = block_until("endwith");
    return made;
  }

  void print(int line, Body& out) {
    for (bool first = true; !parser_.at_kind(TokenKind::kBlockEnd); first = false) {
      if (!first) parser_.expect_operator(",");
      out.push_back(make(StatementKind::kOutput, line));
      out.back().expression = parser_.expression();
    }
  }

  Statement loop_control(const Token& tag) {
    if (loops_ == 0) syntax_error("The tag '" + tag.text + "' is outside of a loop.", tag.line);
    return make(tag.text == "break" ? StatementKind::kBreak : StatementKind::kContinue, tag.line);
  }

  ExpressionParser parser_;
  int depth_ = 0;
  int loops_ = 0;
};

}  // namespace

Program parse(std::string_view source) {
  Program program;
  program.body = StatementParser(tokenize(source), program.names).run();
  analyze_scopes(program);
  return program;
}

}  // namespace fovea::jinja
