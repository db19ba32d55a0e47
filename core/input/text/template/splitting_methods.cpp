#include "core/input/text/template/bind.h"
#include "core/input/text/template/methods.h"
#include "core/input/text/template/text_search.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>

namespace fovea::jinja {
namespace {

using Pieces = std::vector<std::string_view>;

Value as_list(const Pieces& pieces, Runtime& runtime) {
  runtime.make_items(pieces.size());
  std::vector<Value> items;
  items.reserve(pieces.size());
  for (const std::string_view piece : pieces) items.push_back(runtime.text(std::string(piece)));
  return Value::list(std::move(items));
}

/// At runs of white space, from the left; at most `most` cuts unless negative.
Pieces split_at_spaces(std::string_view text, std::int64_t most) {
  Pieces pieces;
  text = strip_left(text);
  while (!text.empty()) {
    if (most == 0) {
      pieces.push_back(text);  // Python keeps the spaces at the far end here
      break;
    }
    std::size_t end = 0;
    while (end < text.size()) {
      std::size_t next = end;
      if (is_space(next_code_point(text, next))) break;
      end = next;
    }
    pieces.push_back(text.substr(0, end));
    text = strip_left(text.substr(end));
    --most;
  }
  return pieces;
}

/// The same from the right.
Pieces split_at_spaces_backwards(std::string_view text, std::int64_t most) {
  Pieces pieces;
  text = strip_right(text);
  while (!text.empty()) {
    if (most == 0) {
      pieces.push_back(text);
      break;
    }
    std::size_t start = text.size();
    while (start > 0) {
      std::size_t before = start;
      if (is_space(previous_code_point(text, before))) break;
      start = before;
    }
    pieces.push_back(text.substr(start));
    text = strip_right(text.substr(0, start));
    --most;
  }
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

/// Byte offsets of `separator`, none overlapping.
std::vector<std::size_t> occurrences(std::string_view text, std::string_view separator) {
  std::vector<std::size_t> found;
  for (std::size_t at = find_text(text, separator, 0); at != std::string_view::npos;
       at = find_text(text, separator, at + separator.size())) {
    found.push_back(at);
  }
  return found;
}

/// The same, paired off from the right (`aaa` holds `aa` at 1 when looked at from there). Ascending.
std::vector<std::size_t> occurrences_backwards(std::string_view text, std::string_view separator) {
  const std::string mirrored(text.rbegin(), text.rend());
  const std::string wanted(separator.rbegin(), separator.rend());
  std::vector<std::size_t> found = occurrences(mirrored, wanted);
  for (std::size_t& at : found) at = text.size() - at - separator.size();
  std::reverse(found.begin(), found.end());
  return found;
}

Pieces cut(std::string_view text, std::string_view separator, const std::vector<std::size_t>& places) {
  Pieces pieces;
  std::size_t from = 0;
  for (const std::size_t at : places) {
    pieces.push_back(text.substr(from, at - from));
    from = at + separator.size();
  }
  pieces.push_back(text.substr(from));
  return pieces;
}

template <bool kBackwards>
Value split_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("split", arguments, {"sep", "maxsplit"});
  runtime.work(self.bytes().size());
  const std::string_view text = self.bytes();
  const std::int64_t most = bound.integer(1, -1);
  if (!bound.given_and_not_none(0)) {
    return as_list(kBackwards ? split_at_spaces_backwards(text, most) : split_at_spaces(text, most), runtime);
  }
  const std::string& separator = bound.string(0);
  if (separator.empty()) fail("A string cannot be split at an empty separator.");
  std::vector<std::size_t> places =
      kBackwards ? occurrences_backwards(text, separator) : occurrences(text, separator);
  if (most >= 0 && places.size() > static_cast<std::size_t>(most)) {
    if (kBackwards) places.erase(places.begin(), places.end() - most);
    places.resize(static_cast<std::size_t>(most));
  }
  return as_list(cut(text, separator, places), runtime);
}

template <bool kBackwards>
Value partition_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("partition", arguments, {"sep"}, 1);
  runtime.work(2 * self.bytes().size());
  const std::string_view text = self.bytes();
  const std::string& separator = bound.string(0);
  if (separator.empty()) fail("A string cannot be split at an empty separator.");
  const std::size_t at =
      kBackwards ? find_text_backwards(text, separator, text.size()) : find_text(text, separator, 0);
  if (at == std::string_view::npos) {
    const Value nothing{std::string()};
    return kBackwards ? Value::tuple({nothing, nothing, self}) : Value::tuple({self, nothing, nothing});
  }
  return Value::tuple({Value(text.substr(0, at)), *bound[0], Value(text.substr(at + separator.size()))});
}

Value splitlines_method(const Value& self, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("splitlines", arguments, {"keepends"});
  if (bound.truth(0, false)) fail_unsupported("splitlines with line ends is not supported.");
  runtime.work(self.bytes().size());
  return as_list(split_lines(self.bytes()), runtime);
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  Pieces lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = at;
    const char32_t c = next_code_point(text, at);
    if (!is_line_break(c)) continue;
    if (c == U'\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(start, end - start));
    start = at;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

std::span<const Method> splitting_methods() {
  static constexpr Method kMethods[] = {
      {"split", split_method<false>},         {"rsplit", split_method<true>},
      {"splitlines", splitlines_method},      {"partition", partition_method<false>},
      {"rpartition", partition_method<true>},
  };
  return kMethods;
}

}  // namespace fovea::jinja
