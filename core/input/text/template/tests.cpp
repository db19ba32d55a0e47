#include "core/input/text/template/tests.h"

#include "core/input/text/template/bind.h"
#include "core/input/text/template/filters.h"
#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/operators.h"
#include "core/input/text/template/unicode.h"
#include "core/input/text/template/value_text.h"

#include <unordered_map>

namespace fovea::jinja {
namespace {

using Test = bool (*)(const Value& value, const Arguments& arguments, Runtime& runtime);

/// A test of the value alone.
template <bool (*kHolds)(const Value&)>
bool plain(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("This test", arguments, {});
  return kHolds(value);
}

bool is_undefined(const Value& value) {
  return value.is_undefined();
}
bool is_defined(const Value& value) {
  return !value.is_undefined();
}
bool is_none(const Value& value) {
  return value.is_none();
}
bool is_boolean(const Value& value) {
  return value.is_bool();
}
bool is_true(const Value& value) {
  return value.is_bool() && value.boolean();
}
bool is_false(const Value& value) {
  return value.is_bool() && !value.boolean();
}
bool is_integer(const Value& value) {
  return value.is_int();
}
bool is_float(const Value& value) {
  return value.is_float();
}
bool is_number(const Value& value) {
  return value.is_number();
}
bool is_string(const Value& value) {
  return value.is_string();
}
bool is_mapping(const Value& value) {
  return value.is_dict();
}
bool is_escaped(const Value& value) {
  return value.is_string() && value.text().markup;
}
bool is_callable(const Value& value) {
  return value.as<std::shared_ptr<const Callable>>() != nullptr || value.is_undefined() ||
         value.as<std::shared_ptr<LoopState>>() != nullptr;
}
bool is_sequence(const Value& value) {
  return length_of(value).has_value() && value.as<std::shared_ptr<const DictView>>() == nullptr;
}
bool is_iterable(const Value& value) {
  return length_of(value).has_value() || value.as<std::shared_ptr<Iterator>>() != nullptr ||
         value.as<std::shared_ptr<LoopState>>() != nullptr;
}

/// value % divisor == rest.
bool leaves(const Value& value, const Value& divisor, std::int64_t rest, Runtime& runtime) {
  return equal(apply(BinaryOperator::kModulo, value, divisor, runtime), Value(rest));
}
bool odd(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("odd", arguments, {});
  return leaves(value, Value(std::int64_t{2}), 1, runtime);
}
bool even(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("even", arguments, {});
  return leaves(value, Value(std::int64_t{2}), 0, runtime);
}
bool divisible_by(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("divisibleby", arguments, {"num"}, 1);
  return leaves(value, *bound[0], 0, runtime);
}

template <Comparison kComparison>
bool compared(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A comparing test", arguments, {"other"}, 1);
  return compare(kComparison, value, *bound[0], runtime);
}

/// `is` between objects. Which equal strings and numbers are one object in Python is its own affair.
bool same_as(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("sameas", arguments, {"other"}, 1);
  const Value& other = *bound[0];
  if (value.data().index() != other.data().index()) return false;
  const bool scalar = value.is_string() || value.is_float() || value.is_undefined() ||
                      (value.is_int() && (value.integer() < -5 || value.integer() > 256));
  if (scalar && runtime.equal_values(value, other)) {
    fail_unsupported("'sameas' between equal values of type " + value.type_name() + " is not supported.");
  }
  return same_object(value, other);
}

/// str(value).islower() and isupper().
template <bool kUpper>
bool in_case(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("This test", arguments, {});
  const std::string text = to_text(value, runtime);
  runtime.work(text.size());
  bool cased = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (!is_cased(c)) continue;
    if (kUpper ? !is_upper(c) : !is_lower(c)) return false;
    cased = true;
  }
  return cased;
}

bool names_filter(const Value& value) {
  return value.is_string() && is_filter(value.bytes());
}
bool names_test(const Value& value) {
  return value.is_string() && is_test(value.bytes());
}

const std::unordered_map<std::string_view, Test>& table() {
  static const std::unordered_map<std::string_view, Test> kTable = {
      {"defined", plain<is_defined>},
      {"undefined", plain<is_undefined>},
      {"none", plain<is_none>},
      {"boolean", plain<is_boolean>},
      {"true", plain<is_true>},
      {"false", plain<is_false>},
      {"integer", plain<is_integer>},
      {"float", plain<is_float>},
      {"number", plain<is_number>},
      {"string", plain<is_string>},
      {"mapping", plain<is_mapping>},
      {"sequence", plain<is_sequence>},
      {"iterable", plain<is_iterable>},
      {"callable", plain<is_callable>},
      {"escaped", plain<is_escaped>},
      {"filter", plain<names_filter>},
      {"test", plain<names_test>},
      {"lower", in_case<false>},
      {"upper", in_case<true>},
      {"odd", odd},
      {"even", even},
      {"divisibleby", divisible_by},
      {"sameas", same_as},
      {"in", compared<Comparison::kIn>},
      {"eq", compared<Comparison::kEqual>},
      {"==", compared<Comparison::kEqual>},
      {"equalto", compared<Comparison::kEqual>},
      {"ne", compared<Comparison::kNotEqual>},
      {"!=", compared<Comparison::kNotEqual>},
      {"lt", compared<Comparison::kLess>},
      {"<", compared<Comparison::kLess>},
      {"lessthan", compared<Comparison::kLess>},
      {"le", compared<Comparison::kLessEqual>},
      {"<=", compared<Comparison::kLessEqual>},
      {"gt", compared<Comparison::kGreater>},
      {">", compared<Comparison::kGreater>},
      {"greaterthan", compared<Comparison::kGreater>},
      {"ge", compared<Comparison::kGreaterEqual>},
      {">=", compared<Comparison::kGreaterEqual>},
  };
  return kTable;
}

}  // namespace

bool is_test(std::string_view name) {
  return table().count(name) > 0;
}

bool apply_test(std::string_view name, const Value& value, const Arguments& arguments, Runtime& runtime) {
  const auto at = table().find(name);
  if (at == table().end()) fail_unsupported("The test '" + std::string(name) + "' is not supported.");
  runtime.step();
  return at->second(value, arguments, runtime);
}

}  // namespace fovea::jinja
