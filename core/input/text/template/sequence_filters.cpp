#include "core/input/text/template/bind.h"
#include "core/input/text/template/filters.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/operators.h"
#include "core/input/text/template/selection.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>
#include <memory>
#include <unordered_set>

namespace fovea::jinja {
namespace {

Value length(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("length", arguments, {});
  const std::optional<std::size_t> size = length_of(value);
  if (!size.has_value()) fail("A value of type " + value.type_name() + " has no length.");
  return Value::count(*size);
}

Value first(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("first", arguments, {});
  Value item;
  return iterate(value)->next(runtime, item) ? item : Value::undefined("There is no first item.");
}

/// Whether reversed(value) works: not for generators.
bool reversible(const Value& value) {
  return length_of(value).has_value();
}

Value last(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("last", arguments, {});
  if (!reversible(value)) fail("A value of type " + value.type_name() + " has no last item.");
  if (value.is_string()) {
    const std::string& text = value.bytes();
    if (text.empty()) return Value::undefined("There is no last item.");
    std::size_t start = text.size();
    previous_code_point(text, start);
    return Value(text.substr(start));
  }
  if (const std::vector<Value>* items = value.items()) {
    return items->empty() ? Value::undefined("There is no last item.") : items->back();
  }
  std::vector<Value> items = collect(value, runtime);
  return items.empty() ? Value::undefined("There is no last item.") : std::move(items.back());
}

Value reverse(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("reverse", arguments, {});
  if (value.is_string()) {
    runtime.make_text(value.bytes().size());
    std::string out;
    for (std::size_t end = value.bytes().size(); end > 0;)
      append_code_point(out, previous_code_point(value.bytes(), end));
    return Value(std::move(out));
  }
  std::vector<Value> items = collect(value, runtime);
  std::reverse(items.begin(), items.end());
  return reversible(value) ? make_iterator(std::move(items)) : Value::list(std::move(items));
}

Value list(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("list", arguments, {});
  return Value::list(collect(value, runtime));
}

Value items(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("items", arguments, {});
  if (value.is_undefined()) return make_iterator({});
  if (!value.is_dict()) fail("'items' needs a dictionary, not " + value.type_name() + ".");
  const Value view(std::make_shared<const DictView>(DictView{value.dict_ref(), DictView::Part::kItems}));
  return make_generator(view, [](Runtime&, Value&) { return true; });
}

Value default_value(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("default", arguments, {"default_value", "boolean"});
  const bool replaced = value.is_undefined() || (bound.truth(1, false) && !truthy(value));
  if (!replaced) return value;
  return bound.given(0) ? *bound[0] : Value(std::string());
}

/// Sorts by keys computed once; stable, also in reverse, as Python's sorted() is.
std::vector<Value> sort_by(std::vector<Value> values, const std::vector<Value>& keys, bool backwards,
                           Runtime& runtime) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return backwards ? runtime.less_values(keys[b], keys[a]) : runtime.less_values(keys[a], keys[b]);
  });
  std::vector<Value> sorted;
  sorted.reserve(values.size());
  for (const std::size_t i : order) sorted.push_back(std::move(values[i]));
  return sorted;
}

Value sort(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("sort", arguments, {"reverse", "case_sensitive", "attribute"});
  const bool exact = bound.truth(1, false);
  std::vector<AttributePath> paths;
  if (bound.given_and_not_none(2) && bound[2]->is_string()) {
    const std::string_view names = bound[2]->bytes();
    for (std::size_t start = 0; start <= names.size();) {
      const std::size_t comma = std::min(names.find(',', start), names.size());
      const Value name(names.substr(start, comma - start));
      paths.emplace_back(&name);
      start = comma + 1;
    }
  } else {
    paths.emplace_back(bound[2]);
  }
  std::vector<Value> values = collect(value, runtime);
  std::vector<Value> keys;
  for (const Value& item : values) {
    std::vector<Value> parts;
    runtime.make_items(paths.size());
    for (const AttributePath& path : paths) {
      const Value part = path.of(item, runtime);
      parts.push_back(exact ? part : ignore_case(part, runtime));
    }
    keys.push_back(Value::list(std::move(parts)));
  }
  return Value::list(sort_by(std::move(values), keys, bound.truth(0, false), runtime));
}

Value dictsort(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("dictsort", arguments, {"case_sensitive", "by", "reverse"});
  value.require_defined();
  if (!value.is_dict()) fail("'dictsort' needs a dictionary, not " + value.type_name() + ".");
  const std::string by = bound.given(1) ? bound.string(1) : "key";
  if (by != "key" && by != "value") fail("'dictsort' sorts by 'key' or by 'value'.");
  std::vector<Value> values;
  std::vector<Value> keys;
  runtime.make_items(4 * value.dict().entries().size());
  for (const auto& [key, item] : value.dict().entries()) {
    values.push_back(Value::tuple({key, item}));
    const Value& chosen = by == "key" ? key : item;
    keys.push_back(bound.truth(0, false) ? chosen : ignore_case(chosen, runtime));
  }
  return Value::list(sort_by(std::move(values), keys, bound.truth(2, false), runtime));
}

struct HashKey {
  Value value;
  bool operator==(const HashKey& other) const { return equal(value, other.value); }
};
struct Hasher {
  std::size_t operator()(const HashKey& key) const { return hash_of(key.value); }
};

Value unique(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("unique", arguments, {"case_sensitive", "attribute"});
  const bool exact = bound.truth(0, false);
  const AttributePath path(bound[1]);
  const auto seen = std::make_shared<std::unordered_set<HashKey, Hasher>>();
  return make_generator(value, [exact, path, seen](Runtime& runtime, Value& item) {
    Value key = path.of(item, runtime);
    if (!exact) key = ignore_case(key, runtime);
    runtime.step(key.weight());
    runtime.work(sizeof(Value));
    return seen->insert(HashKey{std::move(key)}).second;
  });
}

template <bool kLargest>
Value extreme(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound(kLargest ? "max" : "min", arguments, {"case_sensitive", "attribute"});
  const AttributePath path(bound[1]);
  const bool exact = bound.truth(0, false);
  const std::shared_ptr<Iterator> items = iterate(value);
  Value best;
  Value best_key;
  Value item;
  for (bool first_item = true; items->next(runtime, item); first_item = false) {
    Value key = path.of(item, runtime);
    if (!exact) key = ignore_case(key, runtime);
    if (!first_item && !(kLargest ? runtime.less_values(best_key, key) : runtime.less_values(key, best_key)))
      continue;
    best = item;
    best_key = std::move(key);
  }
  return best;
}

Value sum(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("sum", arguments, {"attribute", "start"});
  const AttributePath path(bound[0]);
  Value total = bound.given(1) ? *bound[1] : Value(std::int64_t{0});
  if (total.is_string()) fail("'sum' does not add strings; use 'join'.");
  const std::shared_ptr<Iterator> items = iterate(value);
  Value item;
  while (items->next(runtime, item))
    total = apply(BinaryOperator::kAdd, total, path.of(item, runtime), runtime);
  return total;
}

}  // namespace

std::span<const Filter> sequence_filters() {
  static constexpr Filter kFilters[] = {
      {"length", length},      {"count", length},      {"first", first},       {"last", last},
      {"reverse", reverse},    {"list", list},         {"items", items},       {"default", default_value},
      {"d", default_value},    {"sort", sort},         {"dictsort", dictsort}, {"unique", unique},
      {"min", extreme<false>}, {"max", extreme<true>}, {"sum", sum},
  };
  return kFilters;
}

}  // namespace fovea::jinja
