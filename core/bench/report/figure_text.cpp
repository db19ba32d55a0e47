#include "core/bench/report/figure_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace fovea::bench {

std::string decimal_text(double value, int digits) {
  if (!std::isfinite(value)) return "?";
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, digits);
  return std::string(buffer.data(), end.ptr);
}

std::string figure_text(double value) {
  const double size = std::abs(value);
  if (size == 0.0) return "0";
  return decimal_text(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.0995 ? 2 : 4);
}

std::string change_text(double share) {
  return (share < 0.0 ? "-" : "+") + decimal_text(100.0 * std::abs(share), 1) + " %";
}

}  // namespace fovea::bench
