#include "core/input/text/template/tojson.h"

#include "core/input/text/template/bind.h"
#include "core/input/text/template/unicode.h"
#include "core/input/text/template/value_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

namespace fovea::jinja {
namespace {

struct Style {
  bool ascii = false;
  bool sorted = false;
  std::optional<std::string> indent;
  std::string between_items = ", ";
  std::string after_key = ": ";
};

class Writer {
 public:
  Writer(const Style& style, Runtime& runtime) : style_(style), runtime_(runtime) {}

  std::string write(const Value& value) {
    append(value);
    return std::move(out_);
  }

 private:
  void put(std::string_view text) {
    runtime_.grow_text(out_.size(), text.size());
    out_ += text;
  }

  void append(const Value& value) {
    const DepthGuard guard(runtime_);
    runtime_.step();
    if (value.is_string()) {
      put_string(value.bytes());
    } else if (value.is_none()) {
      put("null");
    } else if (value.is_bool()) {
      put(value.boolean() ? "true" : "false");
    } else if (value.is_int()) {
      put(std::to_string(value.integer()));
    } else if (value.is_float()) {
      put(number(value.number()));
    } else if (const std::vector<Value>* items = value.items()) {
      append_list(*items);
    } else if (value.is_dict()) {
      append_dict(value.dict());
    } else {
      fail("A value of type " + value.type_name() + " has no form in JSON.");
    }
  }

  static std::string number(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    return float_text(number);
  }

  void new_line() {
    if (!style_.indent.has_value()) return;
    put("\n");
    for (int i = 0; i < level_; ++i) put(*style_.indent);
  }

  void append_list(const std::vector<Value>& items) {
    if (items.empty()) return put("[]");
    put("[");
    ++level_;
    bool first = true;
    for (const Value& item : items) {
      if (!first) put(style_.between_items);
      first = false;
      new_line();
      append(item);
    }
    --level_;
    new_line();
    put("]");
  }

  void append_dict(const Dict& dict) {
    if (dict.entries().empty()) return put("{}");
    put("{");
    ++level_;
    bool first = true;
    const auto add = [&](const std::pair<Value, Value>& entry) {
      if (!first) put(style_.between_items);
      first = false;
      new_line();
      put_string(key(entry.first));
      put(style_.after_key);
      append(entry.second);
    };
    if (style_.sorted) {
      auto entries = dict.entries();
      std::stable_sort(entries.begin(), entries.end(), [this](const auto& a, const auto& b) {
        return runtime_.less_values(a.first, b.first);
      });
      for (const auto& entry : entries) add(entry);
    } else {
      for (const auto& entry : dict.entries()) add(entry);
    }
    --level_;
    new_line();
    put("}");
  }

  static std::string key(const Value& key) {
    if (key.is_string()) return key.bytes();
    if (key.is_none()) return "null";
    if (key.is_bool()) return key.boolean() ? "true" : "false";
    if (key.is_int()) return std::to_string(key.integer());
    if (key.is_float()) return number(key.number());
    fail("A " + key.type_name() + " cannot be a key in JSON.");
  }

  void put_unicode_escape(char32_t unit) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(unit & 0xFFFFU));
    out_ += buffer.data();
  }

  void put_string(const std::string& text) {
    runtime_.grow_text(out_.size(), text.size() + 2);
    const std::size_t before = out_.size();
    static constexpr std::string_view kEscaped = "\"\\\n\r\t\f\b";
    static constexpr std::string_view kLetters = "\"\\nrtfb";
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      const char32_t c = next_code_point(text, at);
      const std::size_t escape = c < 0x80U ? kEscaped.find(static_cast<char>(c)) : kEscaped.npos;
      if (escape != kEscaped.npos) {
        out_ += '\\';
        out_ += kLetters[escape];
      } else if (c < 0x20U || (style_.ascii && c >= 0x7FU && c < 0x10000U)) {
        put_unicode_escape(c);
      } else if (style_.ascii && c >= 0x10000U) {
        put_unicode_escape(0xD800U + ((c - 0x10000U) >> 10U));
        put_unicode_escape(0xDC00U + ((c - 0x10000U) & 0x3FFU));
      } else {
        out_.append(text, start, at - start);
      }
    }
    out_ += '"';
    runtime_.grow_text(before, out_.size() - before);
  }

  const Style& style_;
  Runtime& runtime_;
  std::string out_;
  int level_ = 0;
};

void read_indent(const Value& indent, Style& style, Runtime& runtime) {
  if (indent.is_string()) {
    style.indent = indent.bytes();
  } else if (indent.is_integral()) {
    const auto width = static_cast<std::size_t>(std::max<std::int64_t>(indent.integer(), 0));
    runtime.make_text(width);
    style.indent = std::string(width, ' ');
  } else {
    fail("'tojson' needs a number or a string to indent with.");
  }
  style.between_items = ",";
}

void read_separators(const Value& separators, Style& style) {
  const std::vector<Value>* pair = separators.items();
  if (pair == nullptr || pair->size() != 2 || !pair->front().is_string() || !pair->back().is_string()) {
    fail("'tojson' needs a pair of strings as separators.");
  }
  style.between_items = pair->front().bytes();
  style.after_key = pair->back().bytes();
}

}  // namespace

Value to_json(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
  Style style;
  style.ascii = bound.truth(0, false);
  style.sorted = bound.truth(3, false);
  if (bound.given_and_not_none(1)) read_indent(*bound[1], style, runtime);
  if (bound.given_and_not_none(2)) read_separators(*bound[2], style);
  return Value(Writer(style, runtime).write(value));
}

}  // namespace fovea::jinja
