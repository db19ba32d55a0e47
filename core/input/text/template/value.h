#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace fovea::jinja {

class Value;
class Runtime;
struct LoopState;

/// Containers inside one another; more is refused, so that walking a value cannot exhaust the stack.
inline constexpr int kMaxValueDepth = 100;

/// A string: valid UTF-8, its length in code points known. `markup`: what the filter `safe` returns, which
/// prints as itself but escapes whatever is joined to it in Python, so operations on it are refused.
struct Text {
  std::string bytes;
  std::size_t code_points = 0;
  bool markup = false;
  bool ascii() const { return code_points == bytes.size(); }
};

/// How large a container is, all below it included.
struct Measure {
  int depth = 1;           ///< containers inside one another
  std::size_t weight = 1;  ///< items and 16-byte pieces of text; a part shared twice counts twice; saturates
  /// Takes in one more item.
  void add(const Value& item);
};

struct List {
  std::vector<Value> items;
  Measure measure;
};

struct Tuple {
  std::vector<Value> items;
  Measure measure;
};

/// An ordered dictionary; keys are any hashable values. Immutable once built, so copies share it.
class Dict {
 public:
  /// Sets `key`, keeping the place of an equal key. Fails when the key is unhashable.
  void set(Value key, Value value);
  /// The value of `key` or null.
  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;
  const std::vector<std::pair<Value, Value>>& entries() const { return entries_; }
  const Measure& measure() const { return measure_; }

 private:
  const std::pair<Value, Value>* entry(std::size_t hash, const Value& key) const;

  std::vector<std::pair<Value, Value>> entries_;
  std::unordered_multimap<std::size_t, std::size_t> index_;  ///< hash of a key → its entry
  Measure measure_;
};

struct Range {
  std::int64_t start = 0, stop = 0, step = 1, length = 0;
  std::int64_t at(std::int64_t index) const { return start + index * step; }
};

/// dict.keys(), .values(), .items().
struct DictView {
  enum class Part { kKeys, kValues, kItems };
  std::shared_ptr<const Dict> dict;
  Part part = Part::kKeys;
};

/// What a for loop or a filter draws items from. A Value that holds one is a Python generator: it can be
/// drawn from once only, has no length and is always true.
class Iterator {
 public:
  virtual ~Iterator() = default;
  /// The next item; false at the end.
  virtual bool next(Runtime& runtime, Value& out) = 0;
  int depth = 1;
};

/// namespace(...): the only thing that a template can change.
struct Namespace {
  std::vector<std::pair<std::string, Value>> attributes;
  std::unordered_map<std::string, std::size_t> index;
  const Value* find(std::string_view name) const;
  void set(std::string_view name, Value value);
};

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

/// A macro, a method bound to its object, or a function of the environment.
struct Callable {
  std::string name;
  std::function<Value(Runtime&, Arguments&)> call;
  int depth = 1;
};

/// Not there. Prints as nothing, is empty and false; anything else done with it fails with `message`.
struct Undefined {
  std::shared_ptr<const std::string> message;
};

struct None {};

/// One Python value. Copying is cheap: whatever is large is shared and immutable (but Namespace and
/// Iterator).
class Value {
 public:
  using TextRef = std::shared_ptr<const Text>;
  using ListRef = std::shared_ptr<const List>;
  using TupleRef = std::shared_ptr<const Tuple>;
  using DictRef = std::shared_ptr<const Dict>;
  using Data =
      std::variant<Undefined, None, bool, std::int64_t, double, TextRef, ListRef, TupleRef, DictRef,
                   std::shared_ptr<const Range>, std::shared_ptr<const DictView>, std::shared_ptr<Iterator>,
                   std::shared_ptr<Namespace>, std::shared_ptr<const Callable>, std::shared_ptr<LoopState>>;

  Value() = default;
  explicit Value(None none) : data_(none) {}
  explicit Value(bool truth) : data_(truth) {}
  explicit Value(std::int64_t number) : data_(number) {}
  explicit Value(double number) : data_(number) {}
  explicit Value(std::string text);
  explicit Value(std::string_view text) : Value(std::string(text)) {}
  explicit Value(const char* text) : Value(std::string(text)) {}
  template <typename T>
  explicit Value(std::shared_ptr<T> object) : data_(std::move(object)) {}

  static Value undefined(std::string message);
  static Value list(std::vector<Value> items);
  static Value tuple(std::vector<Value> items);
  static Value dict(Dict dict);
  static Value markup(const Text& text);
  /// A number of items or characters.
  static Value count(std::size_t n) { return Value(static_cast<std::int64_t>(n)); }

  bool is_undefined() const { return std::holds_alternative<Undefined>(data_); }
  bool is_none() const { return std::holds_alternative<None>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(data_); }
  bool is_float() const { return std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<TextRef>(data_); }
  bool is_dict() const { return std::holds_alternative<DictRef>(data_); }
  /// bool, int or float: what Python calls a number.
  bool is_number() const { return is_bool() || is_int() || is_float(); }
  /// bool or int.
  bool is_integral() const { return is_bool() || is_int(); }

  bool boolean() const { return std::get<bool>(data_); }
  /// Of a bool or int.
  std::int64_t integer() const { return is_bool() ? (boolean() ? 1 : 0) : std::get<std::int64_t>(data_); }
  /// Of a bool, int or float.
  double number() const { return is_float() ? std::get<double>(data_) : static_cast<double>(integer()); }
  const Text& text() const { return *std::get<TextRef>(data_); }
  const std::string& bytes() const { return text().bytes; }
  const Dict& dict() const { return *std::get<DictRef>(data_); }
  DictRef dict_ref() const { return std::get<DictRef>(data_); }
  /// The items of a list or tuple, null for anything else.
  const std::vector<Value>* items() const;
  template <typename T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  const Data& data() const { return data_; }

  /// Containers below this one, itself included; 0 for a scalar.
  int depth() const;
  /// What walking the whole value costs, in steps; see Measure.
  std::size_t weight() const;
  /// Python's name of the type, as error messages have it.
  std::string type_name() const;
  /// Fails with the message of an undefined value; does nothing for others.
  void require_defined() const;

 private:
  Data data_;
};

/// bool(value).
bool truthy(const Value& value);
/// The functions below walk their operands without counting it: Runtime has the counted forms.

/// Whether both are the very same object (`is`): same scalar, or same shared object.
bool same_object(const Value& a, const Value& b);
/// a == b.
bool equal(const Value& a, const Value& b);
/// a < b; fails for types that Python cannot order.
bool less(const Value& a, const Value& b);
/// hash(value); fails for unhashable types.
std::size_t hash_of(const Value& value);
/// len(value); empty where the type has none.
std::optional<std::size_t> length_of(const Value& value);

}  // namespace fovea::jinja
