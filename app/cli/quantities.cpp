#include "app/cli/quantities.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace fovea::cli {
namespace {

/// Three significant digits, no exponent below 10^15.
std::string three_digits(double value) {
  const double size = std::abs(value);
  return fixed_text(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

std::string scaled(double value, const std::array<std::string_view, 5>& units) {
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000.0;
    ++unit;
  }
  if (unit == 0) return fixed_text(value, 0).append(units[0]);
  return three_digits(value).append(units[unit]);
}

}  // namespace

std::string fixed_text(double value, int digits) {
  if (!std::isfinite(value)) return "?";
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, digits);
  return std::string(buffer.data(), end.ptr);
}

std::string seconds_text(double seconds) {
  if (seconds < 0.0009995) return fixed_text(seconds * 1e6, 0) + " us";
  if (seconds < 0.9995) return fixed_text(seconds * 1e3, 0) + " ms";
  return three_digits(seconds) + " s";
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds > 1e7) return "long";
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string bytes_text(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), {" B", " kB", " MB", " GB", " TB"});
}

std::string parameters_text(std::int64_t parameters) {
  return scaled(static_cast<double>(parameters), {"", " k", " M", " B", " T"});
}

std::string count_text(std::int64_t count) {
  const std::string digits = std::to_string(count);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool after_digit = i > 0 && digits[i - 1] != '-';
    if (after_digit && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string size_text(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  std::string text = count_text(count) + " ";
  if (count == 1) return text.append(singular);
  return plural.empty() ? text.append(singular).append("s") : text.append(plural);
}

}  // namespace fovea::cli
