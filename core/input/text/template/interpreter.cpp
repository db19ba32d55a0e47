#include "core/input/text/template/interpreter.h"

#include "core/input/text/template/filters.h"
#include "core/input/text/template/functions.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/value_text.h"

// Scopes and statements. Expressions are in evaluate.cpp, macros in macros.cpp.

namespace fovea::jinja {
namespace {

/// Empties a loop's state when the loop is left: what it held might hold the loop.
class LoopEnd {
 public:
  explicit LoopEnd(LoopState& loop) : loop_(loop) {}
  ~LoopEnd() {
    loop_.before.reset();
    loop_.current.reset();
    loop_.after.reset();
    loop_.last_changed.reset();
    loop_.exhausted = true;
  }
  LoopEnd(const LoopEnd&) = delete;
  LoopEnd& operator=(const LoopEnd&) = delete;

 private:
  LoopState& loop_;
};

}  // namespace

/// Makes a block's text the subject of its filters while it lives.
class Interpreter::BlockText {
 public:
  BlockText(Interpreter& owner, const Value& text) : owner_(owner), before_(owner.block_text_) {
    owner_.block_text_ = &text;
  }
  ~BlockText() { owner_.block_text_ = before_; }
  BlockText(const BlockText&) = delete;
  BlockText& operator=(const BlockText&) = delete;

 private:
  Interpreter& owner_;
  const Value* before_;
};

Interpreter::~Interpreter() {
  for (const ScopePtr& captured : captured_) {
    for (Scope* scope = captured.get(); scope != nullptr; scope = scope->outer.get()) scope->slots.clear();
  }
}

Scope::Slot* Scope::find_here(int name) {
  for (Slot& slot : slots) {
    if (slot.name == name) return &slot;
  }
  return nullptr;
}

std::string Interpreter::render() {
  std::string out;
  run(program_.body, enter(program_.scope, nullptr), out);
  return out;
}

ScopePtr Interpreter::enter(const ScopePlan& plan, const ScopePtr& outer) {
  runtime_.step(1 + plan.loads.size() / 4);
  auto scope = std::make_shared<Scope>();
  scope->outer = outer;
  scope->slots.reserve(plan.loads.size());
  for (const auto& [name, load] : plan.loads) {
    Scope::Slot slot{name, false, Value()};
    if (load == Load::kContext) {
      slot.value = look_up_context(name, slot.bound);
    } else if (load == Load::kOuter) {
      for (Scope* around = outer.get(); around != nullptr; around = around->outer.get()) {
        if (const Scope::Slot* found = around->find_here(name)) {
          slot.bound = found->bound;
          slot.value = found->value;
          break;
        }
      }
    }
    scope->slots.push_back(std::move(slot));
  }
  return scope;
}

Value Interpreter::look_up_context(int name, bool& found) const {
  const auto at = variables_.find(name_of(name));
  found = at != variables_.end();
  if (found) return at->second;
  std::optional<Value> function = global_function(name_of(name));
  found = function.has_value();
  return found ? std::move(*function) : Value();
}

Value Interpreter::look_up(const Scope* scope, int name) const {
  for (; scope != nullptr; scope = scope->outer.get()) {
    for (const Scope::Slot& slot : scope->slots) {
      if (slot.name != name) continue;
      if (slot.bound) return slot.value;
      return Value::undefined("'" + name_of(name) + "' is undefined.");
    }
  }
  return Value::undefined("'" + name_of(name) + "' is undefined.");
}

void Interpreter::bind(Scope& scope, int name, Value value) {
  Scope::Slot* slot = scope.find_here(name);
  if (slot == nullptr) slot = &scope.slots.emplace_back(Scope::Slot{name, false, Value()});
  slot->value = std::move(value);
  slot->bound = true;
}

void Interpreter::bind_special(Scope& scope, std::string_view name, Value value) {
  for (const Scope::Slot& slot : scope.slots) {
    if (name_of(slot.name) == name) return bind(scope, slot.name, std::move(value));
  }
}

void Interpreter::assign(const Expression& target, const Value& value, const ScopePtr& scope) {
  runtime_.step();
  if (target.kind == ExpressionKind::kName) return bind(*scope, target.name, value);
  if (target.kind == ExpressionKind::kNamespaceItem) {
    const Value holder = look_up(scope.get(), target.name);
    const auto* space = holder.as<std::shared_ptr<Namespace>>();
    if (space == nullptr)
      fail("Attributes can be set on a namespace only, not on " + holder.type_name() + ".");
    runtime_.work(sizeof(Value));
    return (*space)->set(target.attribute, value);
  }
  const std::vector<Value> parts = collect(value, runtime_);
  if (parts.size() != target.children.size()) {
    fail("Cannot give " + std::to_string(parts.size()) + " values to " +
         std::to_string(target.children.size()) + " names.");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) assign(*target.children[i], parts[i], scope);
}

void Interpreter::emit(std::string& out, const Value& value) {
  if (value.is_string()) {
    runtime_.grow_text(out.size(), value.bytes().size());
    out += value.bytes();
    return;
  }
  const std::string text = to_text(value, runtime_);
  runtime_.grow_text(out.size(), text.size());
  out += text;
}

Interpreter::Flow Interpreter::run(const Body& body, const ScopePtr& scope, std::string& out) {
  for (const Statement& statement : body) {
    const Flow flow = run(statement, scope, out);
    if (flow != Flow::kNormal) return flow;
  }
  return Flow::kNormal;
}

Interpreter::Flow Interpreter::run(const Statement& statement, const ScopePtr& scope, std::string& out) {
  runtime_.step();
  runtime_.line = statement.line;
  switch (statement.kind) {
    case StatementKind::kText:
      emit(out, statement.text);
      return Flow::kNormal;
    case StatementKind::kOutput:
      emit(out, evaluate(*statement.expression, scope));
      return Flow::kNormal;
    case StatementKind::kIf:
      return run_if(statement, scope, out);
    case StatementKind::kFor:
      return run_for(statement, scope, out);
    case StatementKind::kSet:
      assign(*statement.target, evaluate(*statement.expression, scope), scope);
      return Flow::kNormal;
    case StatementKind::kSetBlock:
      return run_set_block(statement, scope);
    case StatementKind::kMacro:
      bind(*scope, statement.target->name, make_macro(statement, scope));
      return Flow::kNormal;
    case StatementKind::kCallBlock:
      run_call_block(statement, scope, out);
      return Flow::kNormal;
    case StatementKind::kFilterBlock:
      return run_filter_block(statement, scope, out);
    case StatementKind::kWith:
      return run_with(statement, scope, out);
    case StatementKind::kGeneration: {
      const DepthGuard guard(runtime_);
      return run(statement.body, enter(statement.scope, scope), out);
    }
    case StatementKind::kBreak:
      return Flow::kBreak;
    case StatementKind::kContinue:
      return Flow::kContinue;
  }
  return Flow::kNormal;
}

Interpreter::Flow Interpreter::run_if(const Statement& statement, const ScopePtr& scope, std::string& out) {
  const DepthGuard guard(runtime_);
  for (const auto& [test, body] : statement.branches) {
    if (truthy(evaluate(*test, scope))) return run(body, scope, out);
  }
  return run(statement.otherwise, scope, out);
}

std::shared_ptr<Iterator> Interpreter::loop_items(const Statement& statement, const Value& iterable,
                                                  const ScopePtr& scope) {
  if (statement.test == nullptr) return iterate(iterable);
  const ScopePtr inner = enter(statement.test_scope, scope);
  const Value kept = make_generator(iterable, [this, &statement, inner](Runtime&, Value& item) {
    assign(*statement.target, item, inner);
    return truthy(evaluate(*statement.test, inner));
  });
  return *kept.as<std::shared_ptr<Iterator>>();
}

Interpreter::Flow Interpreter::run_for(const Statement& statement, const ScopePtr& scope, std::string& out) {
  const DepthGuard guard(runtime_);
  const Value iterable = evaluate(*statement.expression, scope);
  const auto loop = std::make_shared<LoopState>();
  const LoopEnd end(*loop);
  loop->source = loop_items(statement, iterable, scope);
  if (statement.test == nullptr) loop->length = length_of(iterable);
  // Jinja marks a round as done at its very end: a loop left or cut short in every round runs its else branch
  // too.
  bool round_done = false;
  while (loop->advance(runtime_)) {
    const ScopePtr inner = enter(statement.scope, scope);
    bind_special(*inner, "loop", Value(loop));
    assign(*statement.target, *loop->current, inner);
    const Flow flow = run(statement.body, inner, out);
    if (flow == Flow::kBreak) break;
    if (flow == Flow::kNormal) round_done = true;
  }
  if (!round_done && !statement.otherwise.empty()) {
    return run(statement.otherwise, enter(statement.else_scope, scope), out);
  }
  return Flow::kNormal;
}

Interpreter::Flow Interpreter::run_with(const Statement& statement, const ScopePtr& scope, std::string& out) {
  const DepthGuard guard(runtime_);
  const ScopePtr inner = enter(statement.scope, scope);
  for (std::size_t i = 0; i < statement.targets.size(); ++i) {
    assign(*statement.targets[i], evaluate(*statement.values[i], scope), inner);
  }
  return run(statement.body, inner, out);
}

Interpreter::Flow Interpreter::run_set_block(const Statement& statement, const ScopePtr& scope) {
  const DepthGuard guard(runtime_);
  const ScopePtr inner = enter(statement.scope, scope);
  std::string body;
  const Flow flow = run(statement.body, inner, body);
  if (flow != Flow::kNormal) return flow;
  Value text = runtime_.text(std::move(body));
  if (statement.expression != nullptr) {
    const BlockText subject(*this, text);
    assign(*statement.target, evaluate(*statement.expression, inner), scope);
  } else {
    assign(*statement.target, text, scope);
  }
  return Flow::kNormal;
}

Interpreter::Flow Interpreter::run_filter_block(const Statement& statement, const ScopePtr& scope,
                                                std::string& out) {
  const DepthGuard guard(runtime_);
  const ScopePtr inner = enter(statement.scope, scope);
  std::string body;
  const Flow flow = run(statement.body, inner, body);
  if (flow != Flow::kNormal) return flow;
  const Value text = runtime_.text(std::move(body));
  const BlockText subject(*this, text);
  emit(out, evaluate(*statement.expression, inner));
  return Flow::kNormal;
}

}  // namespace fovea::jinja
