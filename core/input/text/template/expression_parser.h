#pragma once

#include "core/input/text/template/ast.h"
#include "core/input/text/template/lexer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fovea::jinja {

/// The tokens of a template and the grammar of its expressions. The statement parser builds on it.
class ExpressionParser {
 public:
  ExpressionParser(std::vector<Token> tokens, std::vector<std::string>& names)
      : tokens_(std::move(tokens)), names_(names) {}

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  int line() const { return current().line; }
  Token take();
  bool at_name(std::string_view name) const;
  bool at_operator(std::string_view text) const;
  bool at_kind(TokenKind kind) const { return current().kind == kind; }
  bool skip_name(std::string_view name);
  bool skip_operator(std::string_view text);
  std::string expect_name();
  void expect_name(std::string_view name);
  void expect_operator(std::string_view text);
  void expect_kind(TokenKind kind, std::string_view what);
  [[noreturn]] void fail_expected(std::string_view what) const;

  /// The number of a name, the same for each occurrence.
  int intern(std::string_view name);

  ExpressionPtr expression(bool with_conditional = true);
  /// One expression, or a tuple when commas follow. `end_name`: a name that ends it.
  ExpressionPtr tuple(bool with_conditional = true, std::string_view end_name = {},
                      bool in_parentheses = false);
  /// What `set`, `for` and `with` assign to. `end_name` as above; namespace items only where allowed.
  ExpressionPtr target(std::string_view end_name, bool with_namespace);
  ExpressionPtr name_target();
  /// `|name(…)|…` behind `subject`, which is null for a block. `bare`: the first name comes without `|`.
  ExpressionPtr filters(ExpressionPtr subject, bool bare);

 private:
  /// Counts one level of brackets, signs or conditionals while it lives.
  class Nesting {
   public:
    explicit Nesting(ExpressionParser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    ExpressionParser& parser_;
  };

  ExpressionPtr conditional();
  ExpressionPtr disjunction();
  ExpressionPtr conjunction();
  ExpressionPtr negation();
  ExpressionPtr comparison();
  ExpressionPtr sum();
  ExpressionPtr concatenation();
  ExpressionPtr product();
  ExpressionPtr power();
  ExpressionPtr unary(bool with_filters = true);
  ExpressionPtr primary(bool with_namespace = false);
  ExpressionPtr name_or_constant(bool with_namespace);
  ExpressionPtr list();
  ExpressionPtr dict();
  ExpressionPtr postfix(ExpressionPtr subject);
  ExpressionPtr filters_and_tests(ExpressionPtr subject);
  ExpressionPtr subscript(ExpressionPtr subject);
  ExpressionPtr subscribed();
  ExpressionPtr call(ExpressionPtr subject);
  ExpressionPtr test(ExpressionPtr subject);
  std::unique_ptr<CallArguments> arguments();
  std::string dotted_name();
  bool at_tuple_end(std::string_view end_name) const;

  ExpressionPtr make(ExpressionKind kind, int line) const;
  void add_child(Expression& parent, ExpressionPtr child) const;
  ExpressionPtr binary(BinaryOperator op, ExpressionPtr left, ExpressionPtr right, int line) const;
  void count_height(Expression& parent, const Expression& child) const;
  void count_arguments(Expression& parent) const;

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<std::string>& names_;
  std::unordered_map<std::string, int> numbers_;
  int nesting_ = 0;
};

}  // namespace fovea::jinja
