#include "core/input/text/template/interpreter.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

class CallDepth {
 public:
  CallDepth(int& depth, int most) : depth_(depth) {
    if (++depth_ > most) {
      --depth_;
      fail_budget("Macros call one another too deeply.");
    }
  }
  ~CallDepth() { --depth_; }
  CallDepth(const CallDepth&) = delete;
  CallDepth& operator=(const CallDepth&) = delete;

 private:
  int& depth_;
};

/// Takes a named argument out of a call.
std::optional<Value> take(Arguments& arguments, std::string_view name) {
  const auto at = std::find_if(arguments.named.begin(), arguments.named.end(),
                               [name](const auto& argument) { return argument.first == name; });
  if (at == arguments.named.end()) return std::nullopt;
  Value value = std::move(at->second);
  arguments.named.erase(at);
  return value;
}

}  // namespace

Value Interpreter::make_macro(const Statement& statement, const ScopePtr& scope) {
  runtime_.work(512);  // the scope stays until the end of the rendering
  captured_.push_back(scope);
  auto macro = std::make_shared<Callable>();
  macro->name = "macro " + statement.signature.name;
  macro->call = [this, &statement, scope](Runtime&, Arguments& arguments) {
    return call_macro(statement, scope, arguments);
  };
  return Value(std::shared_ptr<const Callable>(std::move(macro)));
}

Value Interpreter::call_macro(const Statement& statement, const ScopePtr& scope, Arguments& arguments) {
  const CallDepth depth(macro_depth_, runtime_.budget().macro_depth);
  const DepthGuard guard(runtime_);
  const ScopePtr inner = enter(statement.scope, scope);
  bind_parameters(statement, inner, arguments);
  std::string out;
  run(statement.body, inner, out);
  return runtime_.text(std::move(out));
}

void Interpreter::bind_parameters(const Statement& statement, const ScopePtr& scope, Arguments& arguments) {
  const Signature& signature = statement.signature;
  const std::string what = signature.name.empty() ? "The call block" : "The macro '" + signature.name + "'";
  const std::size_t count = signature.parameters.size();
  std::vector<bool> given(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Value> value;
    if (i < arguments.positional.size()) {
      value = arguments.positional[i];
    } else {
      value = take(arguments, name_of(signature.parameters[i]));
    }
    given[i] = value.has_value();
    if (value.has_value()) bind(*scope, signature.parameters[i], std::move(*value));
  }
  if (signature.wants_caller) {
    std::optional<Value> caller = take(arguments, "caller");
    const bool none = !caller.has_value() || caller->is_none();
    bind_special(*scope, "caller", none ? Value::undefined("There is no caller.") : std::move(*caller));
  }
  if (signature.wants_kwargs) {
    Dict rest;
    for (auto& [name, value] : arguments.named) runtime_.set(rest, Value(name), std::move(value));
    bind_special(*scope, "kwargs", Value::dict(std::move(rest)));
  } else if (!arguments.named.empty()) {
    fail(what + " has no parameter '" + arguments.named.front().first + "'.");
  }
  const std::size_t used = std::min(count, arguments.positional.size());
  if (signature.wants_varargs) {
    const auto first_rest = arguments.positional.begin() + static_cast<std::ptrdiff_t>(used);
    bind_special(*scope, "varargs", Value::tuple({first_rest, arguments.positional.end()}));
  } else if (arguments.positional.size() > count) {
    fail(what + " takes at most " + std::to_string(count) + " arguments.");
  }
  const std::size_t first_default = count - signature.defaults.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (given[i]) continue;
    const int name = signature.parameters[i];
    bind(*scope, name,
         i >= first_default ? evaluate(*signature.defaults[i - first_default], scope)
                            : Value::undefined("The parameter '" + name_of(name) + "' was not given."));
  }
}

void Interpreter::run_call_block(const Statement& statement, const ScopePtr& scope, std::string& out) {
  const DepthGuard guard(runtime_);
  const Value caller = make_macro(statement, scope);
  emit(out, evaluate_call(*statement.expression, scope, &caller));
}

}  // namespace fovea::jinja
