#include "core/input/text/template/bind.h"
#include "core/input/text/template/methods.h"

namespace fovea::jinja {
namespace {

template <DictView::Part kPart>
Value view_method(const Value& self, const Arguments& arguments, Runtime&) {
  const Bound bound("A dictionary view", arguments, {});
  return Value(std::make_shared<const DictView>(DictView{self.dict_ref(), kPart}));
}

Value get_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  if (!arguments.named.empty()) fail("dict.get takes no named arguments.");
  const Bound bound("get", arguments, {"key", "default"}, 1);
  if (const Value* found = runtime.find(self.dict(), *bound[0])) return *found;
  return bound.given(1) ? *bound[1] : Value(None());
}

Value copy_method(const Value& self, const Arguments& arguments, Runtime&) {
  const Bound bound("copy", arguments, {});
  return self;  // nothing can change it
}

Value count_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("count", arguments, {"value"}, 1);
  std::int64_t count = 0;
  for (const Value& item : *self.items()) {
    count += same_object(item, *bound[0]) || runtime.equal_values(item, *bound[0]) ? 1 : 0;
  }
  return Value(count);
}

Value index_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("index", arguments, {"value"}, 1);
  const std::vector<Value>& items = *self.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (same_object(items[i], *bound[0]) || runtime.equal_values(items[i], *bound[0])) return Value::count(i);
  }
  fail("The value looked for is not in the list.");
}

}  // namespace

std::span<const Method> dict_methods() {
  static constexpr Method kMethods[] = {
      {"items", view_method<DictView::Part::kItems>},
      {"keys", view_method<DictView::Part::kKeys>},
      {"values", view_method<DictView::Part::kValues>},
      {"get", get_method},
      {"copy", copy_method},
  };
  return kMethods;
}

std::span<const Method> sequence_methods() {
  static constexpr Method kMethods[] = {{"count", count_method}, {"index", index_method}};
  return kMethods;
}

}  // namespace fovea::jinja
