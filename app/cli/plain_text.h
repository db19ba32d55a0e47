#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::cli {

/// `text` with what is no UTF-8 replaced by U+FFFD.
std::string repaired_utf8(std::string_view text);

/// `text` as a terminal may show it without being steered by it: repaired, and every control character but
/// line feed and tab (C0, DEL, C1) shown as U+FFFD.
std::string harmless(std::string_view text);

/// Cells that `text` takes on a terminal: East Asian wide characters count two, combining marks none.
std::size_t display_width(std::string_view text);

/// As much of the beginning of `text` as fits into `cells`, with "…" at its end if something is left out.
std::string fitted(std::string_view text, std::size_t cells);

/// `text` without white space at either end.
std::string_view trimmed(std::string_view text);

}  // namespace fovea::cli
