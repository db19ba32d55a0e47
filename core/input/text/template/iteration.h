#pragma once

#include "core/input/text/template/runtime.h"

#include <functional>
#include <memory>
#include <vector>

namespace fovea::jinja {

/// iter(value): the items of a list, the characters of a string, the keys of a dictionary, the rest of a
/// generator. Null when the type cannot be iterated.
std::shared_ptr<Iterator> try_iterate(const Value& value);
/// The same; fails where it cannot.
std::shared_ptr<Iterator> iterate(const Value& value);

/// list(value), counted.
std::vector<Value> collect(const Value& value, Runtime& runtime);

/// A generator over `source`: `transform` turns an item into the one to give, or says no by returning false.
Value make_generator(const Value& source, std::function<bool(Runtime&, Value&)> transform);

/// A one-shot iterator over the items, as reversed() makes it.
Value make_iterator(std::vector<Value> items);

/// Item `index` of dict.items(), .keys() or .values().
Value view_item(const DictView& view, std::size_t index);

/// Code point `index` of a text as a string of its own.
Value character_at(const Text& text, std::size_t index);

}  // namespace fovea::jinja
