#pragma once

#include "core/input/text/template/ast.h"
#include "core/input/text/template/runtime.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace fovea::jinja {

/// The variables of one scope while it runs.
struct Scope {
  struct Slot {
    int name = -1;
    bool bound = false;
    Value value;
  };
  std::shared_ptr<Scope> outer;
  std::vector<Slot> slots;

  Slot* find_here(int name);
};
using ScopePtr = std::shared_ptr<Scope>;

/// Runs a program once. Throws Failure.
class Interpreter {
 public:
  /// `variables`: the template's own, by name; names that the program does not mention may be left out.
  Interpreter(const Program& program, std::unordered_map<std::string, Value> variables, Runtime& runtime)
      : program_(program), variables_(std::move(variables)), runtime_(runtime) {}
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter();

  std::string render();

 private:
  enum class Flow { kNormal, kBreak, kContinue };
  class BlockText;

  // Scopes and names.
  ScopePtr enter(const ScopePlan& plan, const ScopePtr& outer);
  const std::string& name_of(int name) const { return program_.names[static_cast<std::size_t>(name)]; }
  Value look_up(const Scope* scope, int name) const;
  Value look_up_context(int name, bool& found) const;
  void bind(Scope& scope, int name, Value value);
  void bind_special(Scope& scope, std::string_view name, Value value);
  void assign(const Expression& target, const Value& value, const ScopePtr& scope);

  // Statements.
  Flow run(const Body& body, const ScopePtr& scope, std::string& out);
  Flow run(const Statement& statement, const ScopePtr& scope, std::string& out);
  Flow run_if(const Statement& statement, const ScopePtr& scope, std::string& out);
  Flow run_for(const Statement& statement, const ScopePtr& scope, std::string& out);
  Flow run_with(const Statement& statement, const ScopePtr& scope, std::string& out);
  Flow run_set_block(const Statement& statement, const ScopePtr& scope);
  Flow run_filter_block(const Statement& statement, const ScopePtr& scope, std::string& out);
  void run_call_block(const Statement& statement, const ScopePtr& scope, std::string& out);
  std::shared_ptr<Iterator> loop_items(const Statement& statement, const Value& iterable,
                                       const ScopePtr& scope);
  void emit(std::string& out, const Value& value);

  // Macros.
  Value make_macro(const Statement& statement, const ScopePtr& scope);
  Value call_macro(const Statement& statement, const ScopePtr& scope, Arguments& arguments);
  void bind_parameters(const Statement& statement, const ScopePtr& scope, Arguments& arguments);

  // Expressions.
  Value evaluate(const Expression& expression, const ScopePtr& scope);
  Value evaluate_item(const Expression& expression, const ScopePtr& scope);
  Value evaluate_call(const Expression& expression, const ScopePtr& scope, const Value* caller = nullptr);
  Value evaluate_filter(const Expression& expression, const ScopePtr& scope);
  Value evaluate_compare(const Expression& expression, const ScopePtr& scope);
  Value evaluate_concat(const Expression& expression, const ScopePtr& scope);
  Value evaluate_dict(const Expression& expression, const ScopePtr& scope);
  Value evaluate_conditional(const Expression& expression, const ScopePtr& scope);
  std::vector<Value> evaluate_all(const std::vector<ExpressionPtr>& expressions, const ScopePtr& scope);
  Arguments evaluate_arguments(const CallArguments& call, const ScopePtr& scope);

  const Program& program_;
  std::unordered_map<std::string, Value> variables_;
  Runtime& runtime_;
  std::vector<ScopePtr> captured_;     ///< scopes that macros hold on to, and so themselves
  const Value* block_text_ = nullptr;  ///< what a filter without a subject is applied to
  int macro_depth_ = 0;
};

}  // namespace fovea::jinja
