#include "core/input/text/template/bind.h"
#include "core/input/text/template/filters.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/methods.h"
#include "core/input/text/template/selection.h"
#include "core/input/text/template/unicode.h"
#include "core/input/text/template/value_text.h"

namespace fovea::jinja {
namespace {

/// A string made by a filter that keeps the mark of `safe`.
Value like(const Value& source, std::string bytes, Runtime& runtime) {
  Value out = runtime.text(std::move(bytes));
  return source.is_string() && source.text().markup ? Value::markup(out.text()) : out;
}

template <std::string (*kConvert)(std::string_view)>
Value convert(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A case filter", arguments, {});
  const std::string text = to_text(value, runtime);
  runtime.work(text.size());
  return like(value, kConvert(text), runtime);
}

/// Words begin behind spaces and - ( { [ <, unlike for str.title().
std::string title_words(std::string_view text) {
  const auto separates = [](char32_t c) {
    return is_space(c) || c == U'-' || c == U'(' || c == U'{' || c == U'[' || c == U'<';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    char32_t c = next_code_point(text, at);
    if (separates(c)) {
      append_code_point(out, c);
      continue;
    }
    append_upper(out, c);
    const std::size_t rest = at;
    for (std::size_t end = at; end < text.size(); at = end) {
      c = next_code_point(text, end);
      if (separates(c)) break;
    }
    // Lower case looks at its neighbours (final sigma): Jinja shows it this part only.
    if (at > start) out += to_lower(text.substr(rest, at - rest));
  }
  return out;
}

Value trim(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("trim", arguments, {"chars"});
  const std::string* characters = bound.given_and_not_none(0) ? &bound.string(0) : nullptr;
  runtime.work(characters == nullptr ? 1 : 8 * characters->size());
  return like(value, strip(to_text(value, runtime), characters, true, true), runtime);
}

Value string(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("string", arguments, {});
  return value.is_string() ? value : to_text_value(value, runtime);
}

Value safe(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("safe", arguments, {});
  const Value text = to_text_value(value, runtime);
  runtime.work(text.bytes().size());
  return Value::markup(text.text());
}

Value replace(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("replace", arguments, {"old", "new", "count"}, 2);
  const std::int64_t count = bound.given_and_not_none(2) ? bound.integer(2, -1) : -1;
  return replace_text(to_text(value, runtime), to_text(*bound[0], runtime), to_text(*bound[1], runtime),
                      count, runtime);
}

Value indent(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("indent", arguments, {"width", "first", "blank"});
  value.require_defined();
  if (!value.is_string() || value.text().markup)
    fail("'indent' needs a plain string, not " + value.type_name() + ".");
  std::string unit(4, ' ');
  if (bound.given(0) && (*bound[0]).is_string()) {
    unit = bound.string(0);
  } else if (bound.given(0)) {
    const auto width = static_cast<std::size_t>(std::max<std::int64_t>(bound.integer(0, 4), 0));
    runtime.make_text(width);
    unit.assign(width, ' ');
  }
  const bool blank = bound.truth(2, false);
  runtime.work(value.bytes().size());
  const std::string text = value.bytes() + "\n";
  std::string out;
  bool first = true;
  for (const std::string_view line : split_lines(text)) {
    runtime.grow_text(out.size(), unit.size() + line.size() + 1);
    if (!first) out += '\n';
    if (first ? bound.truth(1, false) : blank || !line.empty()) out += unit;
    out += line;
    first = false;
  }
  return Value(std::move(out));
}

Value join(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("join", arguments, {"d", "attribute"});
  const std::string separator = bound.given(0) ? to_text(*bound[0], runtime) : std::string();
  const AttributePath path(bound.given_and_not_none(1) ? bound[1] : nullptr);
  const std::shared_ptr<Iterator> items = iterate(value);
  std::string out;
  Value item;
  for (bool first = true; items->next(runtime, item); first = false) {
    const std::string text = to_text(path.of(item, runtime), runtime);
    runtime.grow_text(out.size(), separator.size() + text.size());
    if (!first) out += separator;
    out += text;
  }
  return Value(std::move(out));
}

}  // namespace

std::span<const Filter> text_filters() {
  static constexpr Filter kFilters[] = {
      {"upper", convert<to_upper>},
      {"lower", convert<to_lower>},
      {"capitalize", convert<to_capitalized>},
      {"title", convert<title_words>},
      {"trim", trim},
      {"string", string},
      {"safe", safe},
      {"replace", replace},
      {"indent", indent},
      {"join", join},
  };
  return kFilters;
}

}  // namespace fovea::jinja
