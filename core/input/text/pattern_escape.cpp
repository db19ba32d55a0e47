#include "core/input/text/pattern_escape.h"

#include "core/input/text/tokenizer_errors.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace fovea::text {
namespace {

constexpr std::string_view kCategories[] = {"L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",
                                            "Nd", "Nl", "No", "P",  "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
                                            "S",  "Sm", "Sc", "Sk", "So", "Z",  "Zs", "Zl", "Zp", "Cc", "Cf"};

PatternEscape problem(std::string what) {
  PatternEscape escape;
  escape.problem = std::move(what);
  return escape;
}

PatternEscape set(std::string text, std::size_t length) {
  return {std::move(text), 0, "", length};
}

/// \p{Name}, \P{Name}, \p{^Name}.
PatternEscape property(std::string_view pattern) {
  const std::size_t close = pattern.find('}');
  if (pattern.substr(2, 1) != "{" || close == std::string_view::npos)
    return problem("a property without its name");
  std::string_view name = pattern.substr(3, close - 3);
  bool negated = pattern[1] == 'P';
  if (name.starts_with('^')) {
    negated = !negated;
    name.remove_prefix(1);
  }
  const bool category = std::ranges::find(kCategories, name) != std::end(kCategories);
  if (!category && name != "Han") return problem("the property " + in_quotes(name));
  return set(std::string(negated ? "\\P{" : "\\p{") + (category ? "" : "sc:") + std::string(name) + "}",
             close + 1);
}

/// \xHH for ASCII (Oniguruma reads it as a byte), \x{H...} and \uHHHH.
PatternEscape code_point(std::string_view pattern) {
  const bool braces = pattern.substr(1, 2) == "x{";
  const std::size_t begin = braces ? 3 : 2;
  const std::size_t digits = braces ? 8 : pattern[1] == 'x' ? 2 : 4;
  const std::string_view rest = pattern.substr(begin, digits);
  std::uint32_t value = 0;
  const auto [stop, code] = std::from_chars(rest.data(), rest.data() + rest.size(), value, 16);
  const auto length = begin + static_cast<std::size_t>(stop - rest.data());
  const bool whole = braces ? pattern.substr(length, 1) == "}" : length == begin + digits;
  const bool character =
      value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF) && (digits > 2 || value < 0x80);
  if (code != std::errc() || !whole || !character) return problem("a malformed code point");
  return {"", value, "", length + (braces ? 1 : 0)};
}

}  // namespace

PatternEscape read_pattern_escape(std::string_view pattern) {
  if (pattern.size() < 2) return problem("a '\\' at its end");
  const char c = pattern[1];
  static constexpr std::string_view kControl = "rntfvae", kMeant = "\r\n\t\f\v\a\x1b";
  if (const std::size_t k = kControl.find(c); k != std::string_view::npos) {
    return {"", static_cast<unsigned char>(kMeant[k]), "", 2};
  }
  switch (c) {
    case 's':
    case 'S':
      return set(std::string(pattern.substr(0, 2)), 2);
    case 'd':
      return set("\\p{Nd}", 2);
    case 'D':
      return set("\\P{Nd}", 2);
    case 'p':
    case 'P':
      return property(pattern);
    case 'x':
    case 'u':
      return code_point(pattern);
    default:
      break;
  }
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (alphanumeric || static_cast<unsigned char>(c) >= 0x80) return problem(in_quotes(pattern.substr(0, 2)));
  return {"", static_cast<unsigned char>(c), "", 2};
}

}  // namespace fovea::text
