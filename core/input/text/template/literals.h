#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::jinja {

struct Number {
  std::size_t length = 0;  ///< bytes of the source it takes
  bool is_float = false;
  std::int64_t integer = 0;
  double real = 0;
};

/// The number that `source` begins with (a digit): decimal, 0x, 0o, 0b, floats, `_` between digits. Throws
/// when it does not fit 64 bits. `may_be_float` is false behind a dot (`x.0.1`).
Number scan_number(std::string_view source, bool may_be_float, int line);

/// The text of a string literal, without its quotes, with Python's escapes resolved: unknown ones are kept as
/// they stand. Throws for \N{…}, cut-off escapes and lone surrogates.
std::string unescape(std::string_view literal, int line);

}  // namespace fovea::jinja
