#include "core/input/text/template/bind.h"
#include "core/input/text/template/filters.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/selection.h"
#include "core/input/text/template/tests.h"

namespace fovea::jinja {
namespace {

Value map_attribute(const Value& value, const Arguments& arguments) {
  const Bound bound("map", arguments, {"attribute", "default"}, 1);
  const AttributePath path(bound[0]);
  const Value fallback = bound.given(1) ? *bound[1] : Value(None());
  return make_generator(value, [path, fallback](Runtime& runtime, Value& item) {
    item = path.of(item, runtime, &fallback);
    return true;
  });
}

Value map(const Value& value, const Arguments& arguments, Runtime&) {
  if (!truthy(value)) return make_iterator({});
  if (arguments.positional.empty()) {
    for (const auto& named : arguments.named) {
      if (named.first == "attribute") return map_attribute(value, arguments);
    }
    fail("'map' needs the name of a filter or an attribute.");
  }
  if (!arguments.positional.front().is_string()) fail("'map' needs the name of a filter.");
  const std::string name = arguments.positional.front().bytes();
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin());
  return make_generator(value, [name, rest = std::move(rest)](Runtime& runtime, Value& item) {
    item = apply_filter(name, item, rest, runtime);
    return true;
  });
}

/// select, reject (kAttribute off), selectattr, rejectattr: keeps the items for which the test says kKeep.
template <bool kAttribute, bool kKeep>
Value select(const Value& value, const Arguments& arguments, Runtime&) {
  if (!truthy(value)) return make_iterator({});
  Arguments rest = arguments;
  if (kAttribute && rest.positional.empty())
    fail("'selectattr' and 'rejectattr' need the name of an attribute.");
  const AttributePath path(kAttribute ? &rest.positional.front() : nullptr);
  if (kAttribute) rest.positional.erase(rest.positional.begin());
  std::string test;
  if (!rest.positional.empty()) {
    if (!rest.positional.front().is_string()) fail("'select' and 'reject' need the name of a test.");
    test = rest.positional.front().bytes();
    rest.positional.erase(rest.positional.begin());
  }
  return make_generator(value, [path, test, rest = std::move(rest)](Runtime& runtime, Value& item) {
    const Value looked_at = path.of(item, runtime);
    return (test.empty() ? truthy(looked_at) : apply_test(test, looked_at, rest, runtime)) == kKeep;
  });
}

}  // namespace

std::span<const Filter> selecting_filters() {
  static constexpr Filter kFilters[] = {
      {"map", map},
      {"select", select<false, true>},
      {"reject", select<false, false>},
      {"selectattr", select<true, true>},
      {"rejectattr", select<true, false>},
  };
  return kFilters;
}

}  // namespace fovea::jinja
