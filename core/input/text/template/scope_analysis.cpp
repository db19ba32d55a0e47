#include "core/input/text/template/scope_analysis.h"

#include "core/input/text/template/static_checks.h"
#include "core/input/text/template/syntax_error.h"
#include "core/input/text/template/walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace fovea::jinja {
namespace {

/// What is known about the names of one scope while it is read.
struct Symbols {
  const Symbols* outer = nullptr;
  std::map<int, Load> loads;  ///< the names this scope holds itself
  std::set<int> stores;       ///< those of them that it assigns

  bool known(int name) const {
    for (const Symbols* scope = this; scope != nullptr; scope = scope->outer) {
      if (scope->loads.count(name) > 0) return true;
    }
    return false;
  }
  void declare(int name) {
    stores.insert(name);
    loads[name] = Load::kParameter;
  }
  void load(int name) {
    if (!known(name)) loads[name] = Load::kContext;
  }
  void store(int name) {
    stores.insert(name);
    if (loads.count(name) > 0) return;
    loads[name] = outer != nullptr && outer->known(name) ? Load::kOuter : Load::kNothing;
  }
  /// After an `if`: a name that only some branches assign keeps its outer value in the others.
  void merge(const std::vector<Symbols>& branches) {
    std::set<int> assigned;
    for (const Symbols& branch : branches) assigned.insert(branch.stores.begin(), branch.stores.end());
    for (const int name : stores) assigned.erase(name);
    for (const Symbols& branch : branches) {
      for (const auto& [name, load] : branch.loads) loads[name] = load;
      stores.insert(branch.stores.begin(), branch.stores.end());
    }
    for (const int name : assigned) {
      loads[name] = outer != nullptr && outer->known(name) ? Load::kOuter : Load::kContext;
    }
  }
};

class Analysis {
 public:
  explicit Analysis(Program& program) : program_(program) {
    for (std::size_t i = 0; i < program.names.size(); ++i) numbers_[program.names[i]] = static_cast<int>(i);
  }

  void run() {
    Symbols root;
    for (const Statement& statement : program_.body) read(statement, root);
    plan(root, program_.scope);
    open_scopes(program_.body, root, false);
    for (const int name : context_)
      program_.context_names.push_back(program_.names[static_cast<std::size_t>(name)]);
  }

 private:
  /// The number of a special name; -1 when the template never mentions it.
  int number(const char* name) const {
    const auto at = numbers_.find(name);
    return at == numbers_.end() ? -1 : at->second;
  }

  // First pass over a scope: which names it loads and stores itself. Inner scopes are left out.

  void read(const Expression& expression, Symbols& symbols) {
    if (expression.kind == ExpressionKind::kName || expression.kind == ExpressionKind::kNamespaceItem) {
      symbols.load(expression.name);
    }
    for_each_part(expression, [&](const Expression& part) { read(part, symbols); });
  }

  void read_target(const Expression& target, Symbols& symbols, bool parameter) {
    if (target.kind == ExpressionKind::kNamespaceItem) {
      symbols.load(target.name);
    } else if (target.kind == ExpressionKind::kName && parameter) {
      symbols.declare(target.name);
    } else if (target.kind == ExpressionKind::kName) {
      symbols.store(target.name);
    }
    for (const ExpressionPtr& child : target.children) read_target(*child, symbols, parameter);
  }

  void read_maybe(const ExpressionPtr& expression, Symbols& symbols) {
    if (expression != nullptr) read(*expression, symbols);
  }

  void read(const Statement& statement, Symbols& symbols) {
    switch (statement.kind) {
      case StatementKind::kIf:
        return read_if(statement, symbols);
      case StatementKind::kSet:
        read(*statement.expression, symbols);
        return read_target(*statement.target, symbols, false);
      case StatementKind::kSetBlock:
      case StatementKind::kMacro:
        return read_target(*statement.target, symbols, false);
      case StatementKind::kOutput:
      case StatementKind::kFor:
      case StatementKind::kCallBlock:
      case StatementKind::kFilterBlock:
        return read_maybe(statement.expression, symbols);
      case StatementKind::kWith:
        for (const ExpressionPtr& value : statement.values) read(*value, symbols);
        return;
      case StatementKind::kText:
      case StatementKind::kGeneration:
      case StatementKind::kBreak:
      case StatementKind::kContinue:
        return;
    }
  }

  /// Every branch starts from a copy of the names so far: quadratic in a template of nothing but branches.
  void count_copies(std::size_t names) {
    constexpr std::size_t kMaxCopies = 2'000'000;
    copies_ += names;
    if (copies_ > kMaxCopies)
      throw Failure{ErrorCode::kBudgetExceeded, "The template has too many branches.", 0};
  }

  void read_if(const Statement& statement, Symbols& symbols) {
    read(*statement.branches.front().first, symbols);
    count_copies(3 * symbols.loads.size());
    std::vector<Symbols> branches(3, symbols);  // the body, the elifs one after the other, the else
    for (const Statement& inner : statement.branches.front().second) read(inner, branches[0]);
    for (std::size_t i = 1; i < statement.branches.size(); ++i) read_elif(statement.branches[i], branches[1]);
    for (const Statement& inner : statement.otherwise) read(inner, branches[2]);
    symbols.merge(branches);
  }

  void read_elif(const std::pair<ExpressionPtr, Body>& branch, Symbols& symbols) {
    read(*branch.first, symbols);
    count_copies(symbols.loads.size());
    std::vector<Symbols> body(1, symbols);
    for (const Statement& inner : branch.second) read(inner, body[0]);
    symbols.merge(body);
  }

  void plan(const Symbols& symbols, ScopePlan& out) {
    for (const auto& [name, load] : symbols.loads) {
      out.loads.emplace_back(name, load);
      if (load == Load::kContext) context_.insert(name);
    }
  }

  // Second pass: the scopes inside, now that all names of this one are known.

  void open_scopes(Body& body, const Symbols& symbols, bool conditional) {
    for (Statement& statement : body) open_scopes(statement, symbols, conditional);
  }

  /// A scope whose own names are those that `declare` and the statements of `body` bring.
  template <typename Declare>
  void open_body(Body& body, ScopePlan& out, const Symbols& outer, const Declare& declare) {
    Symbols inner;
    inner.outer = &outer;
    declare(inner);
    for (const Statement& statement : body) read(statement, inner);
    plan(inner, out);
    open_scopes(body, inner, false);
  }

  void open_scopes(Statement& statement, const Symbols& symbols, bool conditional) {
    if (!conditional) refuse_unknown_calls(statement);
    switch (statement.kind) {
      case StatementKind::kIf:
        for (auto& branch : statement.branches) open_scopes(branch.second, symbols, true);
        return open_scopes(statement.otherwise, symbols, true);
      case StatementKind::kFor:
        return open_for(statement, symbols);
      case StatementKind::kMacro:
      case StatementKind::kCallBlock:
        return open_function(statement, symbols);
      case StatementKind::kSetBlock:
      case StatementKind::kFilterBlock:
        return open_body(statement.body, statement.scope, symbols,
                         [&](Symbols& inner) { read_maybe(statement.expression, inner); });
      case StatementKind::kGeneration:
        return open_body(statement.body, statement.scope, symbols, [](Symbols&) {});
      case StatementKind::kWith:
        return open_body(statement.body, statement.scope, symbols, [&](Symbols& inner) {
          for (const ExpressionPtr& target : statement.targets) read_target(*target, inner, true);
        });
      default:
        return;
    }
  }

  void open_for(Statement& statement, const Symbols& symbols) {
    const int loop = number("loop");
    refuse_loop_assignment(statement, loop);
    open_body(statement.body, statement.scope, symbols, [&](Symbols& inner) {
      if (loop >= 0) inner.declare(loop);
      read_target(*statement.target, inner, true);
    });
    open_body(statement.otherwise, statement.else_scope, symbols, [](Symbols&) {});
    if (statement.test == nullptr) return;
    Symbols inner;
    inner.outer = &symbols;
    read_target(*statement.target, inner, true);
    read(*statement.test, inner);
    plan(inner, statement.test_scope);
  }

  void open_function(Statement& statement, const Symbols& symbols) {
    Signature& signature = statement.signature;
    const std::set<int> wanted = undeclared_specials(statement);
    const auto has_parameter = [&](int name) {
      return std::find(signature.parameters.begin(), signature.parameters.end(), name) !=
             signature.parameters.end();
    };
    const auto wants = [&](const char* name) {
      const int special = number(name);
      return special >= 0 && wanted.count(special) > 0;
    };
    if (wants("caller") && has_parameter(number("caller"))) {
      const auto place =
          std::find(signature.parameters.begin(), signature.parameters.end(), number("caller"));
      if (signature.parameters.end() - place > static_cast<std::ptrdiff_t>(signature.defaults.size())) {
        syntax_error("The parameter 'caller' needs a default.", statement.line);
      }
      unsupported("A parameter called 'caller' is not supported.", statement.line);
    }
    signature.wants_caller = wants("caller");
    signature.wants_kwargs = wants("kwargs") && !has_parameter(number("kwargs"));
    signature.wants_varargs = wants("varargs") && !has_parameter(number("varargs"));
    Symbols inner;
    inner.outer = &symbols;
    for (const int parameter : signature.parameters) inner.declare(parameter);
    for (const ExpressionPtr& value : signature.defaults) read(*value, inner);
    for (const Statement& body : statement.body) read(body, inner);
    if (signature.wants_caller) inner.declare(number("caller"));
    if (signature.wants_kwargs) inner.declare(number("kwargs"));
    if (signature.wants_varargs) inner.declare(number("varargs"));
    plan(inner, statement.scope);
    open_scopes(statement.body, inner, false);
  }

  /// Which of caller, kwargs and varargs a body loads before it assigns them, inner scopes included.
  std::set<int> undeclared_specials(const Statement& statement) const {
    std::set<int> open = {number("caller"), number("kwargs"), number("varargs")};
    std::set<int> found;
    for (const Statement& inner : statement.body) find_specials(inner, open, found);
    return found;
  }

  static void find_specials(const Expression& expression, const std::set<int>& open, std::set<int>& found) {
    if (expression.kind == ExpressionKind::kName && open.count(expression.name) > 0)
      found.insert(expression.name);
    for_each_part(expression, [&](const Expression& part) { find_specials(part, open, found); });
  }

  static void find_specials(const Statement& statement, std::set<int>& open, std::set<int>& found) {
    for (const int parameter : statement.signature.parameters) open.erase(parameter);
    const auto visit = [&](const Expression& expression) { find_specials(expression, open, found); };
    const auto enter = [&](const Statement& inner) { find_specials(inner, open, found); };
    // A macro's own name is no assignment here; Jinja looks at name nodes only.
    const auto assign = [&](const Expression& target) {
      if (statement.kind != StatementKind::kMacro) forget(target, open);
    };
    for_each_part(statement, visit, assign, enter);
  }

  static void forget(const Expression& target, std::set<int>& open) {
    if (target.kind == ExpressionKind::kName) open.erase(target.name);
    for (const ExpressionPtr& child : target.children) forget(*child, open);
  }

  Program& program_;
  std::unordered_map<std::string, int> numbers_;
  std::set<int> context_;
  std::size_t copies_ = 0;
};

}  // namespace

void analyze_scopes(Program& program) {
  Analysis(program).run();
}

}  // namespace fovea::jinja
