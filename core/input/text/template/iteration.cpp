#include "core/input/text/template/iteration.h"

#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/unicode.h"

#include <utility>

namespace fovea::jinja {
namespace {

class ItemIterator : public Iterator {
 public:
  explicit ItemIterator(Value items) : items_(std::move(items)) { depth = items_.depth() + 1; }
  bool next(Runtime& runtime, Value& out) override {
    runtime.step();
    const std::vector<Value>& items = *items_.items();
    if (at_ >= items.size()) return false;
    out = items[at_++];
    return true;
  }

 private:
  Value items_;
  std::size_t at_ = 0;
};

class CharacterIterator : public Iterator {
 public:
  explicit CharacterIterator(Value text) : text_(std::move(text)) {}
  bool next(Runtime& runtime, Value& out) override {
    runtime.step();
    const std::string& bytes = text_.bytes();
    if (at_ >= bytes.size()) return false;
    const std::size_t start = at_;
    next_code_point(bytes, at_);
    out = runtime.text(bytes.substr(start, at_ - start));
    return true;
  }

 private:
  Value text_;
  std::size_t at_ = 0;
};

class RangeIterator : public Iterator {
 public:
  explicit RangeIterator(std::shared_ptr<const Range> range) : range_(std::move(range)) {}
  bool next(Runtime& runtime, Value& out) override {
    runtime.step();
    if (at_ >= range_->length) return false;
    out = Value(range_->at(at_++));
    return true;
  }

 private:
  std::shared_ptr<const Range> range_;
  std::int64_t at_ = 0;
};

class ViewIterator : public Iterator {
 public:
  explicit ViewIterator(DictView view) : view_(std::move(view)) { depth = view_.dict->measure().depth + 1; }
  bool next(Runtime& runtime, Value& out) override {
    runtime.step();
    if (at_ >= view_.dict->entries().size()) return false;
    out = view_item(view_, at_++);
    return true;
  }

 private:
  DictView view_;
  std::size_t at_ = 0;
};

class EmptyIterator : public Iterator {
 public:
  bool next(Runtime& runtime, Value&) override {
    runtime.step();
    return false;
  }
};

class TransformIterator : public Iterator {
 public:
  TransformIterator(std::shared_ptr<Iterator> source, std::function<bool(Runtime&, Value&)> transform)
      : source_(std::move(source)), transform_(std::move(transform)) {
    depth = source_->depth + 1;
    if (depth > kMaxValueDepth) fail_budget("Filters are nested too deeply.");
  }
  bool next(Runtime& runtime, Value& out) override {
    const DepthGuard guard(runtime);
    while (source_->next(runtime, out)) {
      if (transform_(runtime, out)) return true;
    }
    return false;
  }

 private:
  std::shared_ptr<Iterator> source_;
  std::function<bool(Runtime&, Value&)> transform_;
};

}  // namespace

Value view_item(const DictView& view, std::size_t index) {
  const auto& [key, value] = view.dict->entries()[index];
  if (view.part == DictView::Part::kKeys) return key;
  if (view.part == DictView::Part::kValues) return value;
  return Value::tuple({key, value});
}

Value character_at(const Text& text, std::size_t index) {
  if (text.ascii()) return Value(text.bytes.substr(index, 1));
  const std::size_t start = offset_of(text.bytes, index);
  std::size_t end = start;
  next_code_point(text.bytes, end);
  return Value(text.bytes.substr(start, end - start));
}

std::shared_ptr<Iterator> try_iterate(const Value& value) {
  if (value.items() != nullptr) return std::make_shared<ItemIterator>(value);
  if (value.is_string()) return std::make_shared<CharacterIterator>(value);
  if (value.is_undefined()) return std::make_shared<EmptyIterator>();
  if (value.is_dict()) {
    return std::make_shared<ViewIterator>(DictView{value.dict_ref(), DictView::Part::kKeys});
  }
  if (const auto* range = value.as<std::shared_ptr<const Range>>())
    return std::make_shared<RangeIterator>(*range);
  if (const auto* view = value.as<std::shared_ptr<const DictView>>())
    return std::make_shared<ViewIterator>(**view);
  if (const auto* iterator = value.as<std::shared_ptr<Iterator>>()) return *iterator;
  if (value.as<std::shared_ptr<LoopState>>() != nullptr)
    fail_unsupported("Iterating over 'loop' is not supported.");
  return nullptr;
}

std::shared_ptr<Iterator> iterate(const Value& value) {
  std::shared_ptr<Iterator> iterator = try_iterate(value);
  if (iterator == nullptr) fail("A value of type " + value.type_name() + " cannot be iterated over.");
  return iterator;
}

std::vector<Value> collect(const Value& value, Runtime& runtime) {
  if (const std::vector<Value>* items = value.items()) {
    runtime.make_items(items->size());
    return *items;
  }
  const std::shared_ptr<Iterator> iterator = iterate(value);
  std::vector<Value> items;
  Value item;
  while (iterator->next(runtime, item)) {
    runtime.work(sizeof(Value));
    items.push_back(std::move(item));
  }
  return items;
}

Value make_generator(const Value& source, std::function<bool(Runtime&, Value&)> transform) {
  return Value(
      std::shared_ptr<Iterator>(std::make_shared<TransformIterator>(iterate(source), std::move(transform))));
}

Value make_iterator(std::vector<Value> items) {
  return Value(std::shared_ptr<Iterator>(std::make_shared<ItemIterator>(Value::list(std::move(items)))));
}

}  // namespace fovea::jinja
