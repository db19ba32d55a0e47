#include "core/input/text/template/value.h"

#include "core/input/text/template/failure.h"
#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>
#include <limits>

namespace fovea::jinja {
namespace {

constexpr std::size_t kScanned = 8;  // a dictionary this small is searched by looking at every key

Measure checked(const Measure& measure) {
  if (measure.depth > kMaxValueDepth) fail_budget("Lists or dictionaries are nested too deeply.");
  return measure;
}

Measure measure_of(const std::vector<Value>& items) {
  Measure measure;
  for (const Value& item : items) measure.add(item);
  return checked(measure);
}

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

void Measure::add(const Value& item) {
  depth = std::max(depth, item.depth() + 1);
  const std::size_t more = item.weight();
  weight = weight + more < weight ? std::numeric_limits<std::size_t>::max() : weight + more;
}

Value::Value(std::string text) {
  const std::size_t code_points = count_code_points(text);
  data_ = std::make_shared<const Text>(Text{std::move(text), code_points, false});
}

Value Value::undefined(std::string message) {
  Value value;
  value.data_ = Undefined{std::make_shared<const std::string>(std::move(message))};
  return value;
}

Value Value::list(std::vector<Value> items) {
  const Measure measure = measure_of(items);
  return Value(std::make_shared<const List>(List{std::move(items), measure}));
}

Value Value::tuple(std::vector<Value> items) {
  const Measure measure = measure_of(items);
  return Value(std::make_shared<const Tuple>(Tuple{std::move(items), measure}));
}

Value Value::dict(Dict dict) {
  checked(dict.measure());
  return Value(std::make_shared<const Dict>(std::move(dict)));
}

Value Value::markup(const Text& text) {
  return Value(std::make_shared<const Text>(Text{text.bytes, text.code_points, true}));
}

const std::vector<Value>* Value::items() const {
  if (const auto* list = as<ListRef>()) return &(*list)->items;
  if (const auto* tuple = as<TupleRef>()) return &(*tuple)->items;
  return nullptr;
}

int Value::depth() const {
  return std::visit(
      Overloaded{[](const ListRef& list) { return list->measure.depth; },
                 [](const TupleRef& tuple) { return tuple->measure.depth; },
                 [](const DictRef& dict) { return dict->measure().depth; },
                 [](const std::shared_ptr<const DictView>& view) { return view->dict->measure().depth + 1; },
                 [](const std::shared_ptr<Iterator>& iterator) { return iterator->depth; },
                 [](const std::shared_ptr<const Callable>& callable) { return callable->depth; },
                 [](const auto&) { return 0; }},
      data_);
}

std::size_t Value::weight() const {
  return std::visit(
      Overloaded{[](const TextRef& text) { return 1 + text->bytes.size() / 16; },
                 [](const ListRef& list) { return list->measure.weight; },
                 [](const TupleRef& tuple) { return tuple->measure.weight; },
                 [](const DictRef& dict) { return dict->measure().weight; },
                 [](const std::shared_ptr<const DictView>& view) { return view->dict->measure().weight; },
                 [](const auto&) { return std::size_t{1}; }},
      data_);
}

std::string Value::type_name() const {
  return std::visit(Overloaded{[](const Undefined&) { return "Undefined"; },
                               [](const None&) { return "None"; }, [](bool) { return "bool"; },
                               [](std::int64_t) { return "int"; }, [](double) { return "float"; },
                               [](const TextRef&) { return "str"; }, [](const ListRef&) { return "list"; },
                               [](const TupleRef&) { return "tuple"; }, [](const DictRef&) { return "dict"; },
                               [](const std::shared_ptr<const Range>&) { return "range"; },
                               [](const std::shared_ptr<const DictView>&) { return "dict view"; },
                               [](const std::shared_ptr<Iterator>&) { return "generator"; },
                               [](const std::shared_ptr<Namespace>&) { return "namespace"; },
                               [](const std::shared_ptr<const Callable>&) { return "function"; },
                               [](const std::shared_ptr<LoopState>&) { return "loop"; }},
                    data_);
}

void Value::require_defined() const {
  const auto* undefined = as<Undefined>();
  if (undefined == nullptr) return;
  fail(undefined->message == nullptr ? "A value is undefined." : *undefined->message);
}

void Dict::set(Value key, Value value) {
  const std::size_t hash = hash_of(key);
  measure_.add(key);
  measure_.add(value);
  if (const auto* known = entry(hash, key)) {
    entries_[static_cast<std::size_t>(known - entries_.data())].second = std::move(value);
    return;
  }
  index_.emplace(hash, entries_.size());
  entries_.emplace_back(std::move(key), std::move(value));
}

const std::pair<Value, Value>* Dict::entry(std::size_t hash, const Value& key) const {
  const auto [first, last] = index_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (equal(entries_[at->second].first, key)) return &entries_[at->second];
  }
  return nullptr;
}

const Value* Dict::find(const Value& key) const {
  const auto* found = entry(hash_of(key), key);
  return found == nullptr ? nullptr : &found->second;
}

const Value* Dict::find(std::string_view key) const {
  if (entries_.size() > kScanned) {
    const auto [first, last] = index_.equal_range(std::hash<std::string_view>()(key));
    for (auto at = first; at != last; ++at) {
      const auto& [known, value] = entries_[at->second];
      if (known.is_string() && known.bytes() == key) return &value;
    }
    return nullptr;
  }
  for (const auto& [known, value] : entries_) {
    if (known.is_string() && known.bytes() == key) return &value;
  }
  return nullptr;
}

const Value* Namespace::find(std::string_view name) const {
  const auto at = index.find(std::string(name));
  return at == index.end() ? nullptr : &attributes[at->second].second;
}

void Namespace::set(std::string_view name, Value value) {
  const auto [at, added] = index.emplace(std::string(name), attributes.size());
  if (added) {
    attributes.emplace_back(at->first, std::move(value));
  } else {
    attributes[at->second].second = std::move(value);
  }
}

std::optional<std::size_t> length_of(const Value& value) {
  if (value.is_string()) return value.text().code_points;
  if (const auto* items = value.items()) return items->size();
  if (value.is_dict()) return value.dict().entries().size();
  if (value.is_undefined()) return 0;
  if (const auto* range = value.as<std::shared_ptr<const Range>>()) {
    return static_cast<std::size_t>((*range)->length);
  }
  if (const auto* view = value.as<std::shared_ptr<const DictView>>()) return (*view)->dict->entries().size();
  return std::nullopt;
}

bool truthy(const Value& value) {
  if (value.is_none()) return false;
  if (value.is_number()) return value.number() != 0.0;
  return length_of(value).value_or(1) != 0;
}

}  // namespace fovea::jinja
