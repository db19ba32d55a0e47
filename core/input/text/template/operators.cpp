#include "core/input/text/template/operators.h"

#include "core/input/text/template/iteration.h"
#include "core/input/text/template/text_search.h"

#include <cmath>
#include <limits>

namespace fovea::jinja {
namespace {

using Int = std::int64_t;

[[noreturn]] void overflow() {
  fail_unsupported("Whole numbers over 64 bits are not supported.");
}

[[noreturn]] void mismatch(const char* op, const Value& a, const Value& b) {
  fail(std::string("The operator ") + op + " does not work on " + a.type_name() + " and " + b.type_name() +
       ".");
}

Int add(Int a, Int b) {
  Int out = 0;
  if (__builtin_add_overflow(a, b, &out)) overflow();
  return out;
}
Int subtract(Int a, Int b) {
  Int out = 0;
  if (__builtin_sub_overflow(a, b, &out)) overflow();
  return out;
}
Int multiply(Int a, Int b) {
  Int out = 0;
  if (__builtin_mul_overflow(a, b, &out)) overflow();
  return out;
}

void require_nonzero(bool zero) {
  if (zero) fail("Division by zero.");
}

/// Python rounds towards minus infinity.
Int floor_divide(Int a, Int b) {
  require_nonzero(b == 0);
  if (b == -1) return subtract(0, a);
  const Int quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}
Int modulo(Int a, Int b) {
  require_nonzero(b == 0);
  if (b == -1) return 0;
  const Int rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double modulo(double a, double b) {
  require_nonzero(b == 0.0);
  const double rest = std::fmod(a, b);
  if (rest == 0.0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}
double floor_divide(double a, double b) {
  const double rest = modulo(a, b);
  const double quotient = (a - rest) / b;
  if (quotient == 0.0) return std::copysign(0.0, a / b);
  const double whole = std::floor(quotient);
  return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

Int power(Int base, Int exponent) {
  Int out = 1;
  while (exponent > 0) {
    if ((exponent & 1) != 0) out = multiply(out, base);
    exponent >>= 1;
    if (exponent > 0) base = multiply(base, base);
  }
  return out;
}

double power(double base, double exponent) {
  if (base == 0.0 && exponent < 0) fail("Division by zero.");
  if (base < 0 && std::isfinite(base) && std::isfinite(exponent) && std::floor(exponent) != exponent) {
    fail_unsupported("Complex numbers are not supported.");
  }
  const double out = std::pow(base, exponent);
  if (std::isinf(out) && std::isfinite(base) && std::isfinite(exponent)) fail("A number is too large.");
  return out;
}

Value apply_integers(BinaryOperator op, Int a, Int b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Value(add(a, b));
    case BinaryOperator::kSubtract:
      return Value(subtract(a, b));
    case BinaryOperator::kMultiply:
      return Value(multiply(a, b));
    case BinaryOperator::kDivide:
      require_nonzero(b == 0);
      return Value(static_cast<double>(static_cast<long double>(a) / static_cast<long double>(b)));
    case BinaryOperator::kFloorDivide:
      return Value(floor_divide(a, b));
    case BinaryOperator::kModulo:
      return Value(modulo(a, b));
    case BinaryOperator::kPower:
      break;
  }
  return b < 0 ? Value(power(static_cast<double>(a), static_cast<double>(b))) : Value(power(a, b));
}

Value apply_floats(BinaryOperator op, double a, double b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Value(a + b);
    case BinaryOperator::kSubtract:
      return Value(a - b);
    case BinaryOperator::kMultiply:
      return Value(a * b);
    case BinaryOperator::kDivide:
      require_nonzero(b == 0.0);
      return Value(a / b);
    case BinaryOperator::kFloorDivide:
      return Value(floor_divide(a, b));
    case BinaryOperator::kModulo:
      return Value(modulo(a, b));
    case BinaryOperator::kPower:
      break;
  }
  return Value(power(a, b));
}

void refuse_markup(const Value& value) {
  if (value.is_string() && value.text().markup) {
    fail_unsupported("Operators on the result of the filter 'safe' are not supported.");
  }
}

Value concatenate(const Value& a, const Value& b, Runtime& runtime) {
  if (a.is_string() && b.is_string()) {
    runtime.make_text(a.bytes().size() + b.bytes().size());
    return Value(a.bytes() + b.bytes());
  }
  const std::vector<Value>* x = a.items();
  const std::vector<Value>* y = b.items();
  if (x == nullptr || y == nullptr || a.data().index() != b.data().index()) mismatch("+", a, b);
  runtime.make_items(x->size() + y->size());
  std::vector<Value> items = *x;
  items.insert(items.end(), y->begin(), y->end());
  const bool list = a.as<Value::ListRef>() != nullptr;
  return list ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

Value repeat(const Value& sequence, Int times, Runtime& runtime) {
  const auto count = static_cast<std::size_t>(std::max<Int>(times, 0));
  const auto checked = [count](std::size_t size) {
    std::size_t total = 0;
    return __builtin_mul_overflow(size, count, &total) ? std::numeric_limits<std::size_t>::max() : total;
  };
  if (sequence.is_string()) {
    const std::string& unit = sequence.bytes();
    runtime.make_text(checked(unit.size()));
    std::string out;
    out.reserve(unit.size() * count);
    for (std::size_t i = 0; i < count && !unit.empty(); ++i) out += unit;
    return Value(std::move(out));
  }
  const std::vector<Value>& unit = *sequence.items();
  runtime.make_items(checked(unit.size()));
  std::vector<Value> items;
  for (std::size_t i = 0; i < count && !unit.empty(); ++i)
    items.insert(items.end(), unit.begin(), unit.end());
  const bool list = sequence.as<Value::ListRef>() != nullptr;
  return list ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

const char* symbol(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return "+";
    case BinaryOperator::kSubtract:
      return "-";
    case BinaryOperator::kMultiply:
      return "*";
    case BinaryOperator::kDivide:
      return "/";
    case BinaryOperator::kFloorDivide:
      return "//";
    case BinaryOperator::kModulo:
      return "%";
    case BinaryOperator::kPower:
      break;
  }
  return "**";
}

bool is_sequence(const Value& value) {
  return value.is_string() || value.items() != nullptr;
}

}  // namespace

Value apply(BinaryOperator op, const Value& a, const Value& b, Runtime& runtime) {
  if (a.is_integral() && b.is_integral()) return apply_integers(op, a.integer(), b.integer());
  if (a.is_number() && b.is_number()) return apply_floats(op, a.number(), b.number());
  refuse_markup(a);
  refuse_markup(b);
  a.require_defined();
  if (op == BinaryOperator::kModulo && a.is_string()) fail_unsupported("Formatting with % is not supported.");
  b.require_defined();
  if (op == BinaryOperator::kAdd) return concatenate(a, b, runtime);
  if (op == BinaryOperator::kMultiply && is_sequence(a) && b.is_integral())
    return repeat(a, b.integer(), runtime);
  if (op == BinaryOperator::kMultiply && a.is_integral() && is_sequence(b))
    return repeat(b, a.integer(), runtime);
  mismatch(symbol(op), a, b);
}

Value negate(const Value& value) {
  value.require_defined();
  if (value.is_integral()) return Value(subtract(0, value.integer()));
  if (value.is_float()) return Value(-value.number());
  fail("The sign - does not work on " + value.type_name() + ".");
}

Value keep_sign(const Value& value) {
  value.require_defined();
  if (value.is_integral()) return Value(value.integer());
  if (value.is_float()) return value;
  fail("The sign + does not work on " + value.type_name() + ".");
}

bool contains(const Value& container, const Value& item, Runtime& runtime) {
  if (container.is_string()) {
    item.require_defined();
    if (!item.is_string()) fail("Only a string can be in a string, not " + item.type_name() + ".");
    runtime.work(container.bytes().size());
    return find_text(container.bytes(), item.bytes(), 0) != std::string::npos;
  }
  if (container.is_dict()) return runtime.find(container.dict(), item) != nullptr;
  if (const auto* range = container.as<std::shared_ptr<const Range>>();
      range != nullptr && item.is_integral()) {
    Int offset = 0;
    if (__builtin_sub_overflow(item.integer(), (*range)->start, &offset)) return false;
    const Int step = (*range)->step;
    return modulo(offset, step) == 0 && (offset == 0 || (offset < 0) == (step < 0)) &&
           floor_divide(offset, step) < (*range)->length;
  }
  const std::shared_ptr<Iterator> iterator = iterate(container);
  Value other;
  while (iterator->next(runtime, other)) {
    if (same_object(other, item) || runtime.equal_values(other, item)) return true;
  }
  return false;
}

bool compare(Comparison comparison, const Value& a, const Value& b, Runtime& runtime) {
  switch (comparison) {
    case Comparison::kEqual:
      return runtime.equal_values(a, b);
    case Comparison::kNotEqual:
      return !runtime.equal_values(a, b);
    case Comparison::kLess:
      return runtime.less_values(a, b);
    case Comparison::kGreater:
      return runtime.less_values(b, a);
    case Comparison::kLessEqual:
      return runtime.less_values(a, b) || runtime.equal_values(a, b);
    case Comparison::kGreaterEqual:
      return runtime.less_values(b, a) || runtime.equal_values(a, b);
    case Comparison::kIn:
      return contains(b, a, runtime);
    case Comparison::kNotIn:
      return !contains(b, a, runtime);
  }
  return false;
}

}  // namespace fovea::jinja
