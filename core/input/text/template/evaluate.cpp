#include "core/input/text/template/filters.h"
#include "core/input/text/template/interpreter.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/operators.h"
#include "core/input/text/template/subscripts.h"
#include "core/input/text/template/tests.h"
#include "core/input/text/template/value_text.h"

namespace fovea::jinja {

Value Interpreter::evaluate(const Expression& expression, const ScopePtr& scope) {
  const DepthGuard guard(runtime_);
  runtime_.step();
  const auto part = [&](std::size_t index) { return evaluate(*expression.children[index], scope); };
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return expression.value;
    case ExpressionKind::kName:
      return look_up(scope.get(), expression.name);
    case ExpressionKind::kTuple:
      return Value::tuple(evaluate_all(expression.children, scope));
    case ExpressionKind::kList:
      return Value::list(evaluate_all(expression.children, scope));
    case ExpressionKind::kDict:
      return evaluate_dict(expression, scope);
    case ExpressionKind::kAttribute:
      return get_attribute(part(0), expression.attribute, runtime_);
    case ExpressionKind::kItem:
      return evaluate_item(expression, scope);
    case ExpressionKind::kCall:
      return evaluate_call(expression, scope);
    case ExpressionKind::kFilter:
      return evaluate_filter(expression, scope);
    case ExpressionKind::kTest: {
      const Value subject = part(0);
      const Arguments arguments = evaluate_arguments(*expression.call, scope);
      runtime_.line = expression.line;
      return Value(apply_test(expression.attribute, subject, arguments, runtime_));
    }
    case ExpressionKind::kNot:
      return Value(!truthy(part(0)));
    case ExpressionKind::kNegative:
      return negate(part(0));
    case ExpressionKind::kPositive:
      return keep_sign(part(0));
    case ExpressionKind::kBinary: {
      const Value left = part(0);
      const Value right = part(1);
      runtime_.line = expression.line;
      return apply(expression.op, left, right, runtime_);
    }
    case ExpressionKind::kAnd: {
      Value left = part(0);
      return truthy(left) ? part(1) : left;
    }
    case ExpressionKind::kOr: {
      Value left = part(0);
      return truthy(left) ? left : part(1);
    }
    case ExpressionKind::kConcat:
      return evaluate_concat(expression, scope);
    case ExpressionKind::kCompare:
      return evaluate_compare(expression, scope);
    case ExpressionKind::kConditional:
      return evaluate_conditional(expression, scope);
    case ExpressionKind::kNamespaceItem:
    case ExpressionKind::kSlice:
      break;
  }
  fail("A slice stands where a value was expected.");
}

Value Interpreter::evaluate_conditional(const Expression& expression, const ScopePtr& scope) {
  if (truthy(evaluate(*expression.children[0], scope))) return evaluate(*expression.children[1], scope);
  if (expression.children[2] != nullptr) return evaluate(*expression.children[2], scope);
  return Value::undefined("A conditional without an else part has no value.");
}

std::vector<Value> Interpreter::evaluate_all(const std::vector<ExpressionPtr>& expressions,
                                             const ScopePtr& scope) {
  runtime_.make_items(expressions.size());
  std::vector<Value> values;
  values.reserve(expressions.size());
  for (const ExpressionPtr& expression : expressions) values.push_back(evaluate(*expression, scope));
  return values;
}

Value Interpreter::evaluate_dict(const Expression& expression, const ScopePtr& scope) {
  Dict dict;
  for (std::size_t i = 0; i < expression.children.size(); i += 2) {
    Value key = evaluate(*expression.children[i], scope);
    runtime_.set(dict, std::move(key), evaluate(*expression.children[i + 1], scope));
  }
  return Value::dict(std::move(dict));
}

Value Interpreter::evaluate_item(const Expression& expression, const ScopePtr& scope) {
  const Value object = evaluate(*expression.children[0], scope);
  const Expression& index = *expression.children[1];
  if (index.kind != ExpressionKind::kSlice) {
    const Value key = evaluate(index, scope);
    runtime_.line = expression.line;
    return get_item(object, key, runtime_);
  }
  std::optional<Value> bounds[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (index.children[i] != nullptr) bounds[i] = evaluate(*index.children[i], scope);
  }
  const auto given = [&bounds](std::size_t i) { return bounds[i].has_value() ? &*bounds[i] : nullptr; };
  return get_slice(object, given(0), given(1), given(2), runtime_);
}

Arguments Interpreter::evaluate_arguments(const CallArguments& call, const ScopePtr& scope) {
  Arguments arguments;
  if (!call.positional.empty()) arguments.positional = evaluate_all(call.positional, scope);
  for (const auto& [name, expression] : call.named) {
    arguments.named.emplace_back(name, evaluate(*expression, scope));
  }
  if (call.unpacked_list != nullptr) {
    for (Value& item : collect(evaluate(*call.unpacked_list, scope), runtime_)) {
      arguments.positional.push_back(std::move(item));
    }
  }
  if (call.unpacked_dict != nullptr) {
    const Value unpacked = evaluate(*call.unpacked_dict, scope);
    unpacked.require_defined();
    if (!unpacked.is_dict()) fail("Only a dictionary can follow ** in a call.");
    runtime_.make_items(unpacked.dict().entries().size());
    for (const auto& [key, value] : unpacked.dict().entries()) {
      if (!key.is_string()) fail("The keys of a dictionary behind ** must be strings.");
      for (const auto& known : call.named) {
        if (known.first == key.bytes()) fail("The argument '" + known.first + "' is given twice.");
      }
      arguments.named.emplace_back(key.bytes(), value);
    }
  }
  return arguments;
}

Value Interpreter::evaluate_call(const Expression& expression, const ScopePtr& scope, const Value* caller) {
  const Value callee = evaluate(*expression.children[0], scope);
  Arguments arguments = evaluate_arguments(*expression.call, scope);
  if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
  runtime_.line = expression.line;
  callee.require_defined();
  if (callee.as<std::shared_ptr<LoopState>>() != nullptr)
    fail_unsupported("Recursive loops are not supported.");
  const auto* function = callee.as<std::shared_ptr<const Callable>>();
  if (function == nullptr) fail("A value of type " + callee.type_name() + " cannot be called.");
  return (*function)->call(runtime_, arguments);
}

Value Interpreter::evaluate_filter(const Expression& expression, const ScopePtr& scope) {
  const Value subject =
      expression.children[0] == nullptr ? *block_text_ : evaluate(*expression.children[0], scope);
  const Arguments arguments = evaluate_arguments(*expression.call, scope);
  runtime_.line = expression.line;
  return apply_filter(expression.attribute, subject, arguments, runtime_);
}

Value Interpreter::evaluate_compare(const Expression& expression, const ScopePtr& scope) {
  Value left = evaluate(*expression.children[0], scope);
  for (std::size_t i = 0; i < expression.comparisons.size(); ++i) {
    Value right = evaluate(*expression.children[i + 1], scope);
    runtime_.line = expression.line;
    if (!compare(expression.comparisons[i], left, right, runtime_)) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Value Interpreter::evaluate_concat(const Expression& expression, const ScopePtr& scope) {
  std::string out;
  for (const ExpressionPtr& child : expression.children) {
    const Value value = evaluate(*child, scope);
    emit(out, value);
  }
  return runtime_.text(std::move(out));
}

}  // namespace fovea::jinja
