#include "core/input/text/template/bind.h"
#include "core/input/text/template/iteration.h"
#include "core/input/text/template/methods.h"
#include "core/input/text/template/text_search.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

const std::string* optional_string(const Bound& bound, std::size_t index) {
  return bound.given_and_not_none(index) ? &bound.string(index) : nullptr;
}

template <bool kLeft, bool kRight>
Value strip_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("strip", arguments, {"chars"});
  runtime.work(bound.given_and_not_none(0) ? 8 * bound.string(0).size() : 1);
  return runtime.text(strip(self.bytes(), optional_string(bound, 0), kLeft, kRight));
}

/// Byte offsets of the optional start and end (in code points) that find, count and startswith take.
struct Window {
  std::size_t first = 0, last = 0, first_index = 0;
  bool empty = false;  ///< the start lies behind the end: nothing is found, not even ""
};

Window window(const Text& text, const Bound& bound) {
  const auto length = static_cast<std::int64_t>(text.code_points);
  const auto clamp = [length](std::int64_t index) {
    return index < 0 ? std::max<std::int64_t>(index + length, 0) : index;
  };
  const std::int64_t start = bound.given_and_not_none(1) ? clamp(bound.integer(1, 0)) : 0;
  const std::int64_t stop =
      std::min(bound.given_and_not_none(2) ? clamp(bound.integer(2, 0)) : length, length);
  Window out;
  out.empty = start > stop;
  if (out.empty) return out;
  out.first_index = static_cast<std::size_t>(start);
  out.first = offset_of(text.bytes, out.first_index);
  out.last = offset_of(text.bytes, static_cast<std::size_t>(stop));
  return out;
}

template <bool kStart>
Value affix_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound(kStart ? "startswith" : "endswith", arguments, {"prefix", "start", "end"}, 1);
  runtime.work(bound.given(1) ? self.bytes().size() : 1);
  const Window where = window(self.text(), bound);
  const std::string_view part = std::string_view(self.bytes()).substr(where.first, where.last - where.first);
  const auto matches = [&](const Value& affix) {
    affix.require_defined();
    if (!affix.is_string()) fail("startswith and endswith need a string or a tuple of strings.");
    runtime.step();
    return kStart ? part.starts_with(affix.bytes()) : part.ends_with(affix.bytes());
  };
  if (const auto* several = bound[0]->as<Value::TupleRef>()) {
    const bool any = std::any_of((*several)->items.begin(), (*several)->items.end(), matches);
    return Value(!where.empty && any);
  }
  return Value(matches(*bound[0]) && !where.empty);
}

template <bool kBackwards>
std::int64_t position(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("find", arguments, {"sub", "start", "end"}, 1);
  runtime.work(self.bytes().size());
  const std::string& wanted = bound.string(0);
  const Window where = window(self.text(), bound);
  if (where.empty) return -1;
  const std::string_view part = std::string_view(self.bytes()).substr(where.first, where.last - where.first);
  const std::size_t at =
      kBackwards ? find_text_backwards(part, wanted, part.size()) : find_text(part, wanted, 0);
  if (at == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(where.first_index + count_code_points(part.substr(0, at)));
}

template <bool kBackwards>
Value find_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  return Value(position<kBackwards>(self, arguments, runtime));
}

template <bool kBackwards>
Value index_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const std::int64_t at = position<kBackwards>(self, arguments, runtime);
  if (at < 0) fail("The text looked for is not in the string.");
  return Value(at);
}

Value count_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("count", arguments, {"sub", "start", "end"}, 1);
  runtime.work(self.bytes().size());
  const std::string& wanted = bound.string(0);
  const Window where = window(self.text(), bound);
  if (where.empty) return Value(std::int64_t{0});
  const std::string_view part = std::string_view(self.bytes()).substr(where.first, where.last - where.first);
  if (wanted.empty()) return Value::count(count_code_points(part) + 1);
  std::int64_t count = 0;
  for (std::size_t at = find_text(part, wanted, 0); at != std::string_view::npos; ++count) {
    at = find_text(part, wanted, at + wanted.size());
  }
  return Value(count);
}

Value replace_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  if (!arguments.named.empty()) fail("str.replace takes no named arguments.");
  const Bound bound("replace", arguments, {"old", "new", "count"}, 2);
  return replace_text(self.bytes(), bound.string(0), bound.string(1), bound.integer(2, -1), runtime);
}

Value join_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("join", arguments, {"iterable"}, 1);
  const std::shared_ptr<Iterator> items = iterate(*bound[0]);
  std::string out;
  Value item;
  for (bool first = true; items->next(runtime, item); first = false) {
    item.require_defined();
    if (!item.is_string()) fail("str.join needs strings, not " + item.type_name() + ".");
    runtime.grow_text(out.size(), self.bytes().size() + item.bytes().size());
    if (!first) out += self.bytes();
    out += item.bytes();
  }
  return runtime.text(std::move(out));
}

template <std::string (*kConvert)(std::string_view)>
Value convert_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A case method", arguments, {});
  runtime.work(self.bytes().size());
  return runtime.text(kConvert(self.bytes()));
}

template <bool (*kTest)(char32_t)>
Value all_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A character test", arguments, {});
  runtime.work(self.bytes().size());
  const std::string& text = self.bytes();
  for (std::size_t at = 0; at < text.size();) {
    if (!kTest(next_code_point(text, at))) return Value(false);
  }
  return Value(!text.empty());
}

bool is_alphanumeric(char32_t c) {
  return is_alphabetic(c) || is_digit(c) || is_numeric(c);
}

/// isupper, islower: at least one cased character, and none of the other case.
template <bool kUpper>
Value case_test_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A case test", arguments, {});
  runtime.work(self.bytes().size());
  bool cased = false;
  for (std::size_t at = 0; at < self.bytes().size();) {
    const char32_t c = next_code_point(self.bytes(), at);
    if (kUpper ? is_cased(c) && !is_upper(c) : is_cased(c) && !is_lower(c)) return Value(false);
    cased = cased || is_cased(c);
  }
  return Value(cased);
}

template <bool kPrefix>
Value remove_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("removeprefix", arguments, {"affix"}, 1);
  std::string_view text = self.bytes();
  const std::string& affix = bound.string(0);
  if (kPrefix ? text.starts_with(affix) : text.ends_with(affix)) {
    text = kPrefix ? text.substr(affix.size()) : text.substr(0, text.size() - affix.size());
  }
  return runtime.text(std::string(text));
}

/// ljust, rjust, center: the text goes to the left (-1), to the right (1), to the middle (0).
template <int kSide>
Value pad_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("A padding method", arguments, {"width", "fill"}, 1);
  const std::string fill = bound.given(1) ? bound.string(1) : " ";
  if (count_code_points(fill) != 1) fail("The fill character must be exactly one character.");
  const auto length = static_cast<std::int64_t>(self.text().code_points);
  const std::int64_t width = bound.integer(0, 0);
  const std::int64_t missing = width > length ? width - length : 0;
  const std::int64_t left = kSide < 0 ? 0 : kSide > 0 ? missing : missing / 2 + (missing & width & 1);
  if (static_cast<std::size_t>(missing) > runtime.budget().output)
    runtime.make_text(static_cast<std::size_t>(missing));
  runtime.make_text(self.bytes().size() + static_cast<std::size_t>(missing) * fill.size());
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += self.bytes();
  for (std::int64_t i = left; i < missing; ++i) out += fill;
  return Value(std::move(out));
}

}  // namespace

std::string strip(std::string_view text, const std::string* characters, bool left, bool right) {
  if (characters == nullptr) {
    if (left) text = strip_left(text);
    if (right) text = strip_right(text);
    return std::string(text);
  }
  std::u32string set;
  for (std::size_t at = 0; at < characters->size();) set += next_code_point(*characters, at);
  std::sort(set.begin(), set.end());
  const auto in_set = [&set](char32_t c) { return std::binary_search(set.begin(), set.end(), c); };
  while (left && !text.empty()) {
    std::size_t end = 0;
    if (!in_set(next_code_point(text, end))) break;
    text.remove_prefix(end);
  }
  while (right && !text.empty()) {
    std::size_t start = text.size();
    if (!in_set(previous_code_point(text, start))) break;
    text = text.substr(0, start);
  }
  return std::string(text);
}

Value replace_text(std::string_view text, std::string_view old, std::string_view fresh, std::int64_t count,
                   Runtime& runtime) {
  runtime.work(text.size());
  std::string out;
  const auto append = [&](std::string_view piece) {
    runtime.grow_text(out.size(), piece.size());
    out += piece;
  };
  std::size_t done = 0;
  std::size_t from = 0;
  for (; count != 0; --count) {
    const std::size_t at = find_text(text, old, from);
    if (at == std::string_view::npos) break;
    runtime.work(32);
    append(text.substr(done, at - done));
    append(fresh);
    done = at + old.size();
    from = done;
    if (old.empty()) {  // between all characters, at the beginning and at the end
      if (at >= text.size()) break;
      next_code_point(text, from);
    }
  }
  append(text.substr(done));
  return Value(std::move(out));
}

std::span<const Method> string_methods() {
  static constexpr Method kMethods[] = {
      {"strip", strip_method<true, true>},
      {"lstrip", strip_method<true, false>},
      {"rstrip", strip_method<false, true>},
      {"startswith", affix_method<true>},
      {"endswith", affix_method<false>},
      {"find", find_method<false>},
      {"rfind", find_method<true>},
      {"index", index_method<false>},
      {"rindex", index_method<true>},
      {"count", count_method},
      {"replace", replace_method},
      {"join", join_method},
      {"upper", convert_method<to_upper>},
      {"lower", convert_method<to_lower>},
      {"title", convert_method<to_title>},
      {"capitalize", convert_method<to_capitalized>},
      {"swapcase", convert_method<swap_case>},
      {"isspace", all_method<is_space>},
      {"isalpha", all_method<is_alphabetic>},
      {"isdigit", all_method<is_digit>},
      {"isdecimal", all_method<is_decimal>},
      {"isalnum", all_method<is_alphanumeric>},
      {"isupper", case_test_method<true>},
      {"islower", case_test_method<false>},
      {"removeprefix", remove_method<true>},
      {"removesuffix", remove_method<false>},
      {"ljust", pad_method<-1>},
      {"rjust", pad_method<1>},
      {"center", pad_method<0>},
  };
  return kMethods;
}

}  // namespace fovea::jinja
