#include "core/input/text/template/subscripts.h"

#include "core/input/text/template/iteration.h"
#include "core/input/text/template/unicode.h"
#include "core/input/text/template/value_text.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

void refuse_markup(const Text& text) {
  if (text.markup) fail_unsupported("Cutting up the result of the filter 'safe' is not supported.");
}

/// What Jinja's undefined says about something missing.
Value missing(const Value& object, std::string_view name) {
  return Value::undefined("A value of type " + object.type_name() + " has no attribute '" +
                          std::string(name) + "'.");
}

Value missing(const Value& object, const Value& key, Runtime& runtime) {
  if (key.is_string()) return missing(object, key.bytes());
  return Value::undefined("A value of type " + object.type_name() + " has no element " +
                          to_repr(key, runtime) + ".");
}

/// Item `key` of a sized sequence, counted from the end when negative; nothing when out of range.
std::optional<std::size_t> place(const Value& key, std::size_t size) {
  if (!key.is_integral()) return std::nullopt;
  const auto length = static_cast<std::int64_t>(size);
  const std::int64_t index = key.integer() < 0 ? key.integer() + length : key.integer();
  if (index < 0 || index >= length) return std::nullopt;
  return static_cast<std::size_t>(index);
}

/// object[key] as Python itself does it; nothing where it raises an error.
std::optional<Value> python_item(const Value& object, const Value& key, Runtime& runtime) {
  if (object.is_dict()) {
    if (key.as<Value::ListRef>() != nullptr || key.is_dict()) return std::nullopt;
    const Value* found = runtime.find(object.dict(), key);
    return found == nullptr ? std::nullopt : std::optional<Value>(*found);
  }
  if (const std::vector<Value>* items = object.items()) {
    const auto index = place(key, items->size());
    return index.has_value() ? std::optional<Value>((*items)[*index]) : std::nullopt;
  }
  if (object.is_string()) {
    refuse_markup(object.text());
    const auto index = place(key, object.text().code_points);
    if (!index.has_value()) return std::nullopt;
    runtime.work(object.text().ascii() ? 1 : object.bytes().size());
    return character_at(object.text(), *index);
  }
  if (const auto* range = object.as<std::shared_ptr<const Range>>()) {
    const auto index = place(key, static_cast<std::size_t>((*range)->length));
    if (index.has_value()) return Value((*range)->at(static_cast<std::int64_t>(*index)));
  }
  return std::nullopt;
}

struct Bounds {
  std::int64_t start = 0, step = 1, count = 0;
};

std::int64_t bound(const Value& value) {
  value.require_defined();
  if (!value.is_integral())
    fail("The bounds of a slice must be whole numbers, not " + value.type_name() + ".");
  return value.integer();
}

/// slice(start, stop, step).indices(length).
Bounds resolve(const Value* start, const Value* stop, const Value* step, std::size_t size) {
  const auto given = [](const Value* value) { return value != nullptr && !value->is_none(); };
  const auto length = static_cast<std::int64_t>(size);
  Bounds out;
  if (given(step)) out.step = bound(*step);
  if (out.step == 0) fail("The step of a slice is zero.");
  const bool forward = out.step > 0;
  const std::int64_t lowest = forward ? 0 : -1;
  const std::int64_t highest = forward ? length : length - 1;
  const auto clamp = [&](std::int64_t index) {
    return std::clamp(index < 0 ? index + length : index, lowest, highest);
  };
  out.start = given(start) ? clamp(bound(*start)) : forward ? lowest : highest;
  const std::int64_t end = given(stop) ? clamp(bound(*stop)) : forward ? highest : lowest;
  const std::int64_t distance = forward ? end - out.start : out.start - end;
  // A stride over the whole length takes one item; that also keeps -step from overflowing.
  const std::int64_t stride = forward ? out.step : out.step < -length ? length + 1 : -out.step;
  out.count = distance <= 0 ? 0 : (distance - 1) / stride + 1;
  return out;
}

Value slice_text(const Text& text, const Bounds& bounds, Runtime& runtime) {
  runtime.make_text(text.bytes.size());
  if (bounds.count == 0) return Value(std::string());
  const auto start = static_cast<std::size_t>(bounds.start);
  const auto count = static_cast<std::size_t>(bounds.count);
  if (bounds.step == 1) {
    const std::size_t first = text.ascii() ? start : offset_of(text.bytes, start);
    const std::string_view tail = std::string_view(text.bytes).substr(first);
    return Value(tail.substr(0, text.ascii() ? count : offset_of(tail, count)));
  }
  std::vector<char32_t> characters;
  runtime.make_items(text.code_points / 8 + 1);
  characters.reserve(text.code_points);
  for (std::size_t at = 0; at < text.bytes.size();) characters.push_back(next_code_point(text.bytes, at));
  std::string out;
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    append_code_point(out, characters[static_cast<std::size_t>(bounds.start + i * bounds.step)]);
  }
  return Value(std::move(out));
}

Value slice_items(const Value& object, const Bounds& bounds, Runtime& runtime) {
  runtime.make_items(static_cast<std::size_t>(bounds.count));
  std::vector<Value> items;
  items.reserve(static_cast<std::size_t>(bounds.count));
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    items.push_back((*object.items())[static_cast<std::size_t>(bounds.start + i * bounds.step)]);
  }
  const bool list = object.as<Value::ListRef>() != nullptr;
  return list ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

}  // namespace

Value get_attribute(const Value& object, std::string_view name, Runtime& runtime) {
  object.require_defined();
  if (auto attribute = python_attribute(object, name, runtime)) return std::move(*attribute);
  if (object.is_dict()) {
    if (const Value* found = object.dict().find(name)) return *found;
  }
  return missing(object, name);
}

Value get_item(const Value& object, const Value& key, Runtime& runtime) {
  object.require_defined();
  if (auto item = python_item(object, key, runtime)) return std::move(*item);
  if (key.is_string()) {
    if (auto attribute = python_attribute(object, key.bytes(), runtime)) return std::move(*attribute);
  }
  return missing(object, key, runtime);
}

Value get_slice(const Value& object, const Value* start, const Value* stop, const Value* step,
                Runtime& runtime) {
  object.require_defined();
  if (object.is_string()) {
    refuse_markup(object.text());
    return slice_text(object.text(), resolve(start, stop, step, object.text().code_points), runtime);
  }
  if (const std::vector<Value>* items = object.items()) {
    return slice_items(object, resolve(start, stop, step, items->size()), runtime);
  }
  if (object.as<std::shared_ptr<const Range>>() != nullptr)
    fail_unsupported("Slicing a range is not supported.");
  fail("A value of type " + object.type_name() + " cannot be sliced.");
}

}  // namespace fovea::jinja
