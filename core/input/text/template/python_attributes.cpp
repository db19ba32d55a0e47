#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/methods.h"
#include "core/input/text/template/subscripts.h"

#include <algorithm>
#include <array>

namespace fovea::jinja {
namespace {

using AttributeNames = std::span<const std::string_view>;

bool among(AttributeNames names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What Python has for these types and this interpreter does not.
AttributeNames left_out(const Value& object) {
  static constexpr std::array<std::string_view, 14> kText = {
      "casefold", "encode",      "expandtabs", "format",    "format_map", "isascii", "isidentifier",
      "istitle",  "isprintable", "isnumeric",  "maketrans", "translate",  "zfill",   "__html__"};
  static constexpr std::array<std::string_view, 1> kDict = {"fromkeys"};
  static constexpr std::array<std::string_view, 1> kList = {"copy"};
  static constexpr std::array<std::string_view, 10> kInteger = {
      "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator",
      "from_bytes",       "imag",      "numerator",  "real",      "to_bytes"};
  static constexpr std::array<std::string_view, 7> kFloat = {
      "as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real"};
  static constexpr std::array<std::string_view, 5> kRange = {"count", "index", "start", "step", "stop"};
  static constexpr std::array<std::string_view, 2> kView = {"isdisjoint", "mapping"};
  static constexpr std::array<std::string_view, 3> kGenerator = {"close", "send", "throw"};
  static constexpr std::array<std::string_view, 6> kFunction = {
      "name", "arguments", "catch_kwargs", "catch_varargs", "caller", "explicit_caller"};
  if (object.is_string()) return kText;
  if (object.is_dict()) return kDict;
  if (object.as<Value::ListRef>() != nullptr) return kList;
  if (object.is_integral()) return kInteger;
  if (object.is_float()) return kFloat;
  if (object.as<std::shared_ptr<const Range>>() != nullptr) return kRange;
  if (object.as<std::shared_ptr<const DictView>>() != nullptr) return kView;
  if (object.as<std::shared_ptr<Iterator>>() != nullptr) return kGenerator;
  if (object.as<std::shared_ptr<const Callable>>() != nullptr) return kFunction;
  return {};
}

/// Methods that would change their object: the sandbox hides them.
bool changes(const Value& object, std::string_view name) {
  static constexpr std::array<std::string_view, 8> kList = {"append", "clear",  "extend",  "insert",
                                                            "pop",    "remove", "reverse", "sort"};
  static constexpr std::array<std::string_view, 5> kDict = {"clear", "pop", "popitem", "setdefault",
                                                            "update"};
  if (object.as<Value::ListRef>() != nullptr) return among(kList, name);
  return object.is_dict() && among(kDict, name);
}

/// Attributes that every Python object has; the sandbox hides them too.
bool is_internal(std::string_view name) {
  static constexpr std::array<std::string_view, 30> kNames = {
      "__class__", "__delattr__",      "__dir__",     "__doc__",      "__eq__",           "__format__",
      "__ge__",    "__getattribute__", "__gt__",      "__hash__",     "__init__",         "__init_subclass__",
      "__le__",    "__lt__",           "__ne__",      "__new__",      "__reduce__",       "__reduce_ex__",
      "__repr__",  "__setattr__",      "__sizeof__",  "__str__",      "__subclasshook__", "__getstate__",
      "__len__",   "__iter__",         "__getitem__", "__contains__", "__add__",          "__mul__"};
  return among(kNames, name);
}

const Method* find_method(std::span<const Method> methods, std::string_view name) {
  const auto at = std::find_if(methods.begin(), methods.end(),
                               [name](const Method& method) { return method.name == name; });
  return at == methods.end() ? nullptr : &*at;
}

const Method* method_of(const Value& object, std::string_view name) {
  if (object.is_string()) {
    const Method* found = find_method(string_methods(), name);
    return found != nullptr ? found : find_method(splitting_methods(), name);
  }
  if (object.is_dict()) return find_method(dict_methods(), name);
  return object.items() != nullptr ? find_method(sequence_methods(), name) : nullptr;
}

Value bind_method(const Value& object, const Method& method) {
  if (object.is_string() && object.text().markup) {
    fail_unsupported("Methods of the result of the filter 'safe' are not supported.");
  }
  auto bound = std::make_shared<Callable>();
  bound->name = method.name;
  bound->depth = object.depth() + 1;
  if (bound->depth > kMaxValueDepth) fail_budget("Lists or dictionaries are nested too deeply.");
  bound->call = [object, call = method.call](Runtime& runtime, Arguments& arguments) {
    return call(object, arguments, runtime);
  };
  return Value(std::shared_ptr<const Callable>(std::move(bound)));
}

}  // namespace

std::optional<Value> python_attribute(const Value& object, std::string_view name, Runtime& runtime) {
  if (const auto* space = object.as<std::shared_ptr<Namespace>>()) {
    const Value* found = (*space)->find(name);
    return found == nullptr ? std::nullopt : std::optional<Value>(*found);
  }
  if (const auto* loop = object.as<std::shared_ptr<LoopState>>()) {
    if (auto attribute = loop_attribute(*loop, name, runtime)) return attribute;
  }
  if (const Method* method = method_of(object, name)) return bind_method(object, *method);
  if (changes(object, name)) {
    return Value::undefined("A template may not change a " + object.type_name() + " ('" + std::string(name) +
                            "').");
  }
  if (is_internal(name)) {
    return Value::undefined("A template may not use the attribute '" + std::string(name) + "'.");
  }
  if (among(left_out(object), name)) {
    fail_unsupported("The attribute '" + std::string(name) + "' of a " + object.type_name() +
                     " is not supported.");
  }
  return std::nullopt;
}

}  // namespace fovea::jinja
