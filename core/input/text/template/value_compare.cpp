#include "core/input/text/template/failure.h"
#include "core/input/text/template/value.h"

#include <cmath>
#include <functional>
#include <memory>
#include <variant>

namespace fovea::jinja {
namespace {

/// -1, 0, 1 as an exact comparison of an integer with a double gives it (Python compares without rounding); 2
/// for NaN.
int compare_numbers(std::int64_t a, double b) {
  if (std::isnan(b)) return 2;
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  const auto whole = static_cast<std::int64_t>(b);  // towards zero, fits by the checks above
  if (a != whole) return a < whole ? -1 : 1;
  const double rest = b - static_cast<double>(whole);
  return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.is_float() && b.is_float()) {
    const double x = a.number();
    const double y = b.number();
    return std::isnan(x) || std::isnan(y) ? 2 : x < y ? -1 : x > y ? 1 : 0;
  }
  if (a.is_float()) {
    const int order = compare_numbers(b.integer(), a.number());
    return order == 2 ? 2 : -order;
  }
  if (b.is_float()) return compare_numbers(a.integer(), b.number());
  return a.integer() < b.integer() ? -1 : a.integer() > b.integer() ? 1 : 0;
}

bool equal_items(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_object(a[i], b[i]) && !equal(a[i], b[i])) return false;
  }
  return true;
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (a.entries().size() != b.entries().size()) return false;
  for (const auto& [key, value] : a.entries()) {
    const Value* other = b.find(key);
    if (other == nullptr || (!same_object(value, *other) && !equal(value, *other))) return false;
  }
  return true;
}

bool equal_ranges(const Range& a, const Range& b) {
  if (a.length != b.length || a.length == 0) return a.length == b.length;
  return a.start == b.start && (a.length == 1 || a.step == b.step);
}

template <typename T>
bool same_shared(const Value& a, const Value& b) {
  const auto* x = a.as<T>();
  const auto* y = b.as<T>();
  return x != nullptr && y != nullptr && *x == *y;
}

bool is_list(const Value& value) {
  return value.as<Value::ListRef>() != nullptr;
}
bool is_tuple(const Value& value) {
  return value.as<Value::TupleRef>() != nullptr;
}

}  // namespace

bool same_object(const Value& a, const Value& b) {
  if (a.data().index() != b.data().index()) return false;
  if (a.is_none()) return true;
  if (a.is_bool()) return a.boolean() == b.boolean();
  if (a.is_int()) return a.integer() == b.integer();
  return same_shared<Value::TextRef>(a, b) || same_shared<Value::ListRef>(a, b) ||
         same_shared<Value::TupleRef>(a, b) || same_shared<Value::DictRef>(a, b) ||
         same_shared<std::shared_ptr<const Range>>(a, b) ||
         same_shared<std::shared_ptr<const DictView>>(a, b) || same_shared<std::shared_ptr<Iterator>>(a, b) ||
         same_shared<std::shared_ptr<Namespace>>(a, b) ||
         same_shared<std::shared_ptr<const Callable>>(a, b) || same_shared<std::shared_ptr<LoopState>>(a, b);
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
  if (a.data().index() != b.data().index()) return false;
  if (a.is_undefined() || a.is_none()) return true;
  if (a.is_string()) return a.bytes() == b.bytes();
  if (const auto* items = a.items()) return equal_items(*items, *b.items());
  if (a.is_dict()) return same_object(a, b) || equal_dicts(a.dict(), b.dict());
  if (const auto* range = a.as<std::shared_ptr<const Range>>()) {
    return equal_ranges(**range, **b.as<std::shared_ptr<const Range>>());
  }
  if (a.as<std::shared_ptr<const DictView>>() != nullptr) fail_unsupported("Comparing dictionary views.");
  return same_object(a, b);
}

bool less(const Value& a, const Value& b) {
  a.require_defined();
  b.require_defined();
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == -1;
  if (a.is_string() && b.is_string())
    return a.bytes() < b.bytes();  // the order of UTF-8 is that of code points
  if ((is_list(a) && is_list(b)) || (is_tuple(a) && is_tuple(b))) {
    const std::vector<Value>& x = *a.items();
    const std::vector<Value>& y = *b.items();
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
      if (!same_object(x[i], y[i]) && !equal(x[i], y[i])) return less(x[i], y[i]);
    }
    return x.size() < y.size();
  }
  fail("Values of types " + a.type_name() + " and " + b.type_name() + " have no order.");
}

std::size_t hash_of(const Value& value) {
  if (value.is_string()) return std::hash<std::string_view>()(value.bytes());
  if (value.is_integral()) return std::hash<std::int64_t>()(value.integer());
  if (value.is_float()) {  // equal numbers hash alike, whatever their type
    const double number = value.number();
    const bool whole = std::nearbyint(number) == number && std::abs(number) < 9.2e18;
    return whole ? std::hash<std::int64_t>()(static_cast<std::int64_t>(number)) : std::hash<double>()(number);
  }
  if (const auto* tuple = value.as<Value::TupleRef>()) {
    std::size_t hash = 0x9E3779B9U;
    for (const Value& item : (*tuple)->items) hash = hash * 1000003U ^ hash_of(item);
    return hash;
  }
  if (is_list(value) || value.is_dict()) fail("A " + value.type_name() + " cannot be a key (unhashable).");
  if (const auto* range = value.as<std::shared_ptr<const Range>>()) {
    return std::hash<std::int64_t>()((*range)->length);
  }
  // What is left is compared by identity; undefined values are all equal.
  return std::visit(
      [](const auto& object) -> std::size_t {
        if constexpr (requires { std::hash<const void*>()(object.get()); }) {
          return std::hash<const void*>()(object.get());
        } else {
          return 0;
        }
      },
      value.data());
}

}  // namespace fovea::jinja
