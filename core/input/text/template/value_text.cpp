#include "core/input/text/template/value_text.h"

#include "core/input/text/template/loop_state.h"
#include "core/input/text/template/runtime.h"
#include "core/input/text/template/unicode.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace fovea::jinja {
namespace {

void append_repr(std::string& out, const Value& value, Runtime& runtime);

/// Counts what was added to `out` since `before` and keeps it within the largest string.
void count_growth(const std::string& out, std::size_t before, Runtime& runtime) {
  runtime.grow_text(before, out.size() - before);
}

void append_items(std::string& out, const std::vector<Value>& items, Runtime& runtime) {
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ", ";
    first = false;
    append_repr(out, item, runtime);
  }
}

void append_dict(std::string& out, const Dict& dict, Runtime& runtime) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : dict.entries()) {
    if (!first) out += ", ";
    first = false;
    append_repr(out, key, runtime);
    out += ": ";
    append_repr(out, value, runtime);
  }
  out += '}';
}

void append_view(std::string& out, const DictView& view, Runtime& runtime) {
  const bool keys = view.part == DictView::Part::kKeys;
  const bool items = view.part == DictView::Part::kItems;
  out += keys ? "dict_keys([" : items ? "dict_items([" : "dict_values([";
  bool first = true;
  for (const auto& [key, value] : view.dict->entries()) {
    if (!first) out += ", ";
    first = false;
    if (items) out += '(';
    if (keys || items) append_repr(out, key, runtime);
    if (items) out += ", ";
    if (!keys) append_repr(out, value, runtime);
    if (items) out += ')';
  }
  out += "])";
}

void append_namespace(std::string& out, const Namespace& space, Runtime& runtime) {
  out += "<Namespace {";
  bool first = true;
  for (const auto& [name, value] : space.attributes) {
    if (!first) out += ", ";
    first = false;
    out += quoted(name) + ": ";
    append_repr(out, value, runtime);
  }
  out += "}>";
}

std::string range_text(const Range& range) {
  std::string out = "range(" + std::to_string(range.start) + ", " + std::to_string(range.stop);
  if (range.step != 1) out += ", " + std::to_string(range.step);
  return out + ")";
}

void append_repr(std::string& out, const Value& value, Runtime& runtime) {
  const DepthGuard guard(runtime);
  runtime.step();
  const std::size_t before = out.size();
  if (value.is_string()) {
    if (value.text().markup) {
      out += "Markup(" + quoted(value.bytes()) + ")";
    } else {
      out += quoted(value.bytes());
    }
  } else if (value.is_undefined()) {
    out += "Undefined";
  } else if (value.is_none()) {
    out += "None";
  } else if (value.is_bool()) {
    out += value.boolean() ? "True" : "False";
  } else if (value.is_int()) {
    out += std::to_string(value.integer());
  } else if (value.is_float()) {
    out += float_text(value.number());
  } else if (value.as<Value::ListRef>() != nullptr) {
    out += '[';
    append_items(out, *value.items(), runtime);
    out += ']';
    return;  // the items have been counted
  } else if (const std::vector<Value>* items = value.items()) {
    out += '(';
    append_items(out, *items, runtime);
    out += items->size() == 1 ? ",)" : ")";
    return;
  } else if (value.is_dict()) {
    append_dict(out, value.dict(), runtime);
    return;
  } else if (const auto* view = value.as<std::shared_ptr<const DictView>>()) {
    append_view(out, **view, runtime);
    return;
  } else if (const auto* space = value.as<std::shared_ptr<Namespace>>()) {
    append_namespace(out, **space, runtime);
    return;
  } else if (const auto* range = value.as<std::shared_ptr<const Range>>()) {
    out += range_text(**range);
  } else if (const auto* loop = value.as<std::shared_ptr<LoopState>>()) {
    out += "<LoopContext " + std::to_string((*loop)->index0 + 1) + "/" +
           std::to_string((*loop)->count(runtime)) + ">";
  } else if (const auto* function = value.as<std::shared_ptr<const Callable>>();
             function != nullptr && (*function)->name.rfind("macro ", 0) == 0) {
    out += "<Macro " + quoted((*function)->name.substr(6)) + ">";
  } else {
    fail_unsupported("Printing a " + value.type_name() + " is not supported.");
  }
  count_growth(out, before, runtime);
}

void append_escape(std::string& out, const char* format, char32_t c) {
  std::array<char, 12> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, static_cast<unsigned>(c));
  out += buffer.data();
}

}  // namespace

std::string to_text(const Value& value, Runtime& runtime) {
  if (value.is_string()) return value.bytes();
  if (value.is_undefined()) return {};
  std::string out;
  append_repr(out, value, runtime);
  return out;
}

Value to_text_value(const Value& value, Runtime& runtime) {
  if (value.is_string() && !value.text().markup) return value;
  return runtime.text(to_text(value, runtime));
}

std::string to_repr(const Value& value, Runtime& runtime) {
  std::string out;
  append_repr(out, value, runtime);
  return out;
}

std::string quoted(std::string_view text) {
  const bool single = text.find('\'') != std::string_view::npos;
  const bool both = single && text.find('"') != std::string_view::npos;
  const char32_t quote = single && !both ? U'"' : U'\'';
  std::string out;
  append_code_point(out, quote);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == quote || c == U'\\') {
      out += '\\';
      append_code_point(out, c);
    } else if (c == U'\n') {
      out += "\\n";
    } else if (c == U'\r') {
      out += "\\r";
    } else if (c == U'\t') {
      out += "\\t";
    } else if (is_printable(c)) {
      append_code_point(out, c);
    } else {
      append_escape(out, c < 0x100U ? "\\x%02x" : c < 0x10000U ? "\\u%04x" : "\\U%08x", c);
    }
  }
  append_code_point(out, quote);
  return out;
}

std::string float_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  const std::string_view shortest(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  // [-]d[.ddd]e±dd → digits and the place of the point
  std::string out;
  std::string_view mantissa = shortest.substr(0, shortest.find('e'));
  if (mantissa.front() == '-') {
    out += '-';
    mantissa.remove_prefix(1);
  }
  std::string digits(1, mantissa.front());
  if (mantissa.size() > 2) digits += mantissa.substr(2);
  const std::string_view power = shortest.substr(shortest.find('e') + 1);
  int exponent = 0;
  std::from_chars(power.data() + (power.front() == '+' ? 1 : 0), power.data() + power.size(), exponent);

  if (exponent < -4 || exponent >= 16) {  // Python's limits for the plain form
    out += digits.substr(0, 1);
    if (digits.size() > 1) out += "." + digits.substr(1);
    out += exponent < 0 ? "e-" : "e+";
    const std::string magnitude = std::to_string(std::abs(exponent));
    return out + (magnitude.size() < 2 ? "0" : "") + magnitude;
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  return out + digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
}

}  // namespace fovea::jinja
