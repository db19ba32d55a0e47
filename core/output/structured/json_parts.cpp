#include "core/output/structured/json_parts.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace fovea {

JsonParts::JsonParts(JsonGrammar& grammar) : grammar_(grammar) {
  character_ = make_character();
  any_ = grammar_.add();
  any_object_ = map(any_);
  grammar_.free(any_, any_object_);
  grammar_.free(any_, array(any_, 0, -1));
  grammar_.free(any_, string(0, -1));
  grammar_.free(any_, number(-kLargest, kLargest));
  for (const std::string_view word : {"true", "false", "null"}) {
    const int end = grammar_.literal(any_, word);
    grammar_.states[static_cast<std::size_t>(end)].ends = true;
  }
}

int JsonParts::make_character() {
  JsonGrammar& g = grammar_;
  const int start = g.add();
  const int end = g.add();
  g.states[static_cast<std::size_t>(end)].ends = true;
  g.bytes(start, 0x20, 0x21, end);
  g.bytes(start, 0x23, 0x5B, end);
  g.bytes(start, 0x5D, 0x7E, end);
  // Well-formed UTF-8 (Unicode 15, table 3-7).
  const int one = g.add();
  const int two = g.add();
  const int three = g.add();
  g.bytes(one, 0x80, 0xBF, end);
  g.bytes(two, 0x80, 0xBF, one);
  g.bytes(three, 0x80, 0xBF, two);
  const auto lead = [&](std::uint8_t byte, std::uint8_t first, std::uint8_t last, int rest) {
    const int second = g.add();
    g.bytes(start, byte, byte, second);
    g.bytes(second, first, last, rest);
  };
  g.bytes(start, 0xC2, 0xDF, one);
  lead(0xE0, 0xA0, 0xBF, one);
  g.bytes(start, 0xE1, 0xEC, two);
  lead(0xED, 0x80, 0x9F, one);
  g.bytes(start, 0xEE, 0xEF, two);
  lead(0xF0, 0x90, 0xBF, two);
  g.bytes(start, 0xF1, 0xF3, three);
  lead(0xF4, 0x80, 0x8F, two);
  // Escapes; a high surrogate must be followed by a low one.
  const auto hex = [&](int from, int to) {
    g.bytes(from, '0', '9', to);
    g.bytes(from, 'a', 'f', to);
    g.bytes(from, 'A', 'F', to);
  };
  const int escape = g.literal(start, "\\");
  for (const char c : std::string_view("\"\\/bfnrt"))
    g.bytes(escape, static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(c), end);
  const int code = g.literal(escape, "u");
  const int last1 = g.add();
  const int last2 = g.add();
  const int last3 = g.add();
  hex(last1, end);
  hex(last2, last1);
  hex(last3, last2);
  g.bytes(code, '0', '9', last3);
  g.bytes(code, 'a', 'c', last3);
  g.bytes(code, 'A', 'C', last3);
  g.bytes(code, 'e', 'f', last3);
  g.bytes(code, 'E', 'F', last3);
  const int d = g.add();
  const int high1 = g.add();
  const int high2 = g.add();
  const int low = g.add();
  for (const auto c : {std::uint8_t{'d'}, std::uint8_t{'D'}}) g.bytes(code, c, c, d);
  g.bytes(d, '0', '7', last2);
  g.bytes(d, '8', '9', high2);
  g.bytes(d, 'a', 'b', high2);
  g.bytes(d, 'A', 'B', high2);
  hex(high2, high1);
  hex(high1, low);
  const int pair = g.literal(low, "\\u");
  const int pair_d = g.add();
  for (const auto c : {std::uint8_t{'d'}, std::uint8_t{'D'}}) g.bytes(pair, c, c, pair_d);
  g.bytes(pair_d, 'c', 'f', last2);
  g.bytes(pair_d, 'C', 'F', last2);
  return start;
}

int JsonParts::string(std::int64_t least, std::int64_t most) {
  const int start = grammar_.add();
  const int end = grammar_.add();
  grammar_.states[static_cast<std::size_t>(end)].ends = true;
  int at = grammar_.literal(start, "\"");
  for (std::int64_t i = 0; i < least; ++i) at = grammar_.call(at, character_);
  for (std::int64_t i = least; i < most; ++i) {
    grammar_.bytes(at, '"', '"', end);
    at = grammar_.call(at, character_);
  }
  grammar_.bytes(at, '"', '"', end);
  if (most < 0) grammar_.free(grammar_.call(at, character_), at);
  return start;
}

// Numbers of as many digits as `low`, digit by digit: only along the bounds themselves does a bound still
// count.
void JsonParts::magnitude(int from, std::int64_t low, std::int64_t high, int to) {
  for (std::int64_t least = low; least <= high;) {
    const std::string a = std::to_string(least);
    std::int64_t nines = 9;
    for (std::size_t i = 1; i < a.size(); ++i) nines = nines * 10 + 9;
    const std::string b = std::to_string(std::min(high, nines));
    struct Walk {
      JsonGrammar& g;
      const std::string& a;
      const std::string& b;
      int to;
      void go(int at, std::size_t i, bool tight_a, bool tight_b) {
        const char first = tight_a ? a[i] : '0';
        const char last = tight_b ? b[i] : '9';
        const auto step = [&](char from_digit, char to_digit, bool ta, bool tb) {
          if (from_digit > to_digit) return;
          const int next = i + 1 == a.size() ? to : g.add();
          g.bytes(at, static_cast<std::uint8_t>(from_digit), static_cast<std::uint8_t>(to_digit), next);
          if (i + 1 < a.size()) go(next, i + 1, ta, tb);
        };
        if (first == last) return step(first, last, tight_a, tight_b);
        if (tight_a) step(first, first, true, false);
        if (tight_b) step(last, last, false, true);
        step(static_cast<char>(first + (tight_a ? 1 : 0)), static_cast<char>(last - (tight_b ? 1 : 0)), false,
             false);
      }
    };
    Walk{grammar_, a, b, to}.go(from, 0, true, true);
    least = nines + 1;
  }
}

int JsonParts::integer(std::int64_t low, std::int64_t high) {
  const int start = grammar_.add();
  const int end = grammar_.add();
  grammar_.states[static_cast<std::size_t>(end)].ends = true;
  magnitude(start, std::max<std::int64_t>(low, 0), high, end);
  if (low < 0) {
    const int minus = grammar_.literal(start, "-");
    magnitude(minus, std::max<std::int64_t>(1, -high), -low, end);
  }
  return start;
}

int JsonParts::number(std::int64_t low, std::int64_t high) {
  const int start = integer(low, high);
  // With a fraction the whole part stays one below the larger bound.
  const int whole = grammar_.add();
  magnitude(start, std::max<std::int64_t>(low, 0), high - 1, whole);
  if (low < 0) {
    const int minus = grammar_.literal(start, "-");
    magnitude(minus, std::max<std::int64_t>(0, -high), -low - 1, whole);
  }
  int at = grammar_.literal(whole, ".");
  for (int i = 0; i < 15; ++i) {
    const int next = grammar_.add();
    grammar_.bytes(at, '0', '9', next);
    grammar_.states[static_cast<std::size_t>(next)].ends = true;
    at = next;
  }
  return start;
}

int JsonParts::mark(int from, char mark) {
  const int behind = grammar_.literal(from, std::string(1, mark));
  grammar_.free(behind, grammar_.literal(behind, " "));
  return grammar_.states[static_cast<std::size_t>(behind)].free.front();
}

int JsonParts::array(int item, std::int64_t least, std::int64_t most) {
  const int start = grammar_.add();
  const int end = grammar_.add();
  grammar_.states[static_cast<std::size_t>(end)].ends = true;
  int at = grammar_.literal(start, "[");
  const std::int64_t written = most < 0 ? std::max<std::int64_t>(least, 1) : most;
  for (std::int64_t i = 0; i < written; ++i) {
    if (i >= least) grammar_.bytes(at, ']', ']', end);
    at = grammar_.call(i == 0 ? at : mark(at, ','), item);
  }
  grammar_.bytes(at, ']', ']', end);
  if (most < 0) grammar_.free(grammar_.call(mark(at, ','), item), at);
  return start;
}

int JsonParts::map(int value) {
  const int member = grammar_.add();
  const int key = grammar_.call(member, string(0, -1));
  const int end = grammar_.call(mark(key, ':'), value);
  grammar_.states[static_cast<std::size_t>(end)].ends = true;
  const int start = array(member, 0, -1);
  // An array's shape with braces for brackets.
  for (std::size_t i = static_cast<std::size_t>(start); i < grammar_.states.size(); ++i)
    for (JsonGrammar::Edge& edge : grammar_.states[i].edges)
      if (edge.first == '[' || edge.first == ']') edge.first = edge.last = edge.first == '[' ? '{' : '}';
  return start;
}

}  // namespace fovea
