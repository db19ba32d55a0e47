#include "core/input/text/template/bind.h"
#include "core/input/text/template/filters.h"
#include "core/input/text/template/operators.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace fovea::jinja {
namespace {

/// Digits with single underscores between them → without; empty when the underscores stand wrong.
std::string plain_digits(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_digit_at = [text](std::size_t at) {
      return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || !is_digit_at(i - 1) || !is_digit_at(i + 1)) {
      return {};
    }
  }
  return out;
}

/// int(text): spaces around it, a sign, decimal digits. Empty when it is no whole number.
std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string plain = plain_digits(strip_left(strip_right(text)));
  const std::size_t sign = !plain.empty() && (plain[0] == '+' || plain[0] == '-') ? 1 : 0;
  if (plain.size() == sign || plain.find_first_not_of("0123456789", sign) != std::string::npos)
    return std::nullopt;
  std::int64_t number = 0;
  const char* begin = plain.data() + (plain[0] == '+' ? 1 : 0);
  const auto read = std::from_chars(begin, plain.data() + plain.size(), number);
  if (read.ec == std::errc::result_out_of_range)
    fail_unsupported("Whole numbers over 64 bits are not supported.");
  return number;
}

/// The power of ten of a decimal number's first digit that is not zero, roughly: tells overflow from
/// underflow.
std::int64_t magnitude(std::string_view plain) {
  const std::size_t e = std::min(plain.find('e'), plain.size());
  std::int64_t power = 0;
  if (e < plain.size()) {
    const bool negative = plain[e + 1] == '-';
    const char* digits = plain.data() + e + 1 + (negative || plain[e + 1] == '+' ? 1 : 0);
    const auto read = std::from_chars(digits, plain.data() + plain.size(), power);
    if (read.ec != std::errc()) power = std::int64_t{1} << 40;
    if (negative) power = -power;
  }
  const std::string_view mantissa = plain.substr(0, e);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first =
      static_cast<std::int64_t>(std::min(mantissa.find_first_of("123456789"), mantissa.size()));
  return power + point - first;
}

/// float(text). Empty when it is no number.
std::optional<double> parse_float(std::string_view text) {
  std::string plain = to_lower(plain_digits(strip_left(strip_right(text))));
  const bool negative = !plain.empty() && plain[0] == '-';
  if (!plain.empty() && (plain[0] == '+' || plain[0] == '-')) plain.erase(0, 1);
  const double sign = negative ? -1.0 : 1.0;
  if (plain == "inf" || plain == "infinity") return sign * HUGE_VAL;
  if (plain == "nan") return std::nan("");
  if (plain.empty() || plain.find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
  if (plain[0] == '-' || plain[0] == '+') return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (read.ptr != plain.data() + plain.size() || read.ec == std::errc::invalid_argument) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) number = magnitude(plain) > 0 ? HUGE_VAL : 0.0;
  return sign * number;
}

/// int(number), towards zero. Empty for NaN, for which int() has no answer.
std::optional<std::int64_t> truncate(double number, bool overflow_is_error) {
  if (std::isnan(number)) return std::nullopt;
  if (std::isinf(number)) {
    if (overflow_is_error) fail("Infinity is no whole number.");
    return std::nullopt;
  }
  if (std::abs(number) >= 9.2e18) fail_unsupported("Whole numbers over 64 bits are not supported.");
  return static_cast<std::int64_t>(number);
}

Value to_int(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("int", arguments, {"default", "base"});
  if (bound.integer(1, 10) != 10) fail_unsupported("'int' with a base is not supported.");
  value.require_defined();
  const Value fallback = bound.given(0) ? *bound[0] : Value(std::int64_t{0});
  std::optional<std::int64_t> number;
  if (value.is_integral()) {
    number = value.integer();
  } else if (value.is_float()) {
    number = truncate(value.number(), true);
  } else if (value.is_string()) {
    number = parse_integer(value.bytes());
    if (!number.has_value()) {
      const std::optional<double> real = parse_float(value.bytes());
      if (real.has_value()) number = truncate(*real, false);
    }
  }
  return number.has_value() ? Value(*number) : fallback;
}

Value to_float(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("float", arguments, {"default"});
  value.require_defined();
  std::optional<double> number;
  if (value.is_number()) {
    number = value.number();
  } else if (value.is_string()) {
    number = parse_float(value.bytes());
  }
  if (number.has_value()) return Value(*number);
  return bound.given(0) ? *bound[0] : Value(0.0);
}

Value absolute(const Value& value, const Arguments& arguments, Runtime&) {
  const Bound bound("abs", arguments, {});
  if (!value.is_number()) fail("'abs' needs a number, not " + value.type_name() + ".");
  if (value.is_float()) return Value(std::abs(value.number()));
  return value.integer() < 0 ? negate(value) : Value(value.integer());
}

/// round(number, digits): to the nearest decimal, ties of the exact binary value to even, as to_chars rounds
/// too.
double round_common(double number, std::int64_t digits) {
  if (!std::isfinite(number) || digits > 330) return number;
  std::array<char, 800> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                     std::chars_format::fixed, static_cast<int>(digits));
  double rounded = 0;
  std::from_chars(buffer.data(), written.ptr, rounded);
  return rounded;
}

Value round_number(const Value& value, const Arguments& arguments, Runtime& runtime) {
  const Bound bound("round", arguments, {"precision", "method"});
  const std::string method = bound.given(1) ? bound.string(1) : "common";
  if (method != "common" && method != "ceil" && method != "floor")
    fail("'round' knows common, ceil and floor.");
  if (!value.is_number()) fail("'round' needs a number, not " + value.type_name() + ".");
  const std::int64_t digits = bound.integer(0, 0);
  if (digits < 0) fail_unsupported("'round' to tens and above is not supported.");
  if (method == "common") {
    return value.is_float() ? Value(round_common(value.number(), digits)) : Value(value.integer());
  }
  const Value scale = apply(BinaryOperator::kPower, Value(std::int64_t{10}), Value(digits), runtime);
  const Value scaled = apply(BinaryOperator::kMultiply, value, scale, runtime);
  if (scaled.is_int()) return apply(BinaryOperator::kDivide, scaled, scale, runtime);
  const double whole = method == "ceil" ? std::ceil(scaled.number()) : std::floor(scaled.number());
  const std::optional<std::int64_t> integer = truncate(whole, true);
  if (!integer.has_value()) fail("'round' needs a number, not NaN.");
  return apply(BinaryOperator::kDivide, Value(*integer), scale, runtime);
}

}  // namespace

std::span<const Filter> number_filters() {
  static constexpr Filter kFilters[] = {
      {"int", to_int}, {"float", to_float}, {"abs", absolute}, {"round", round_number}};
  return kFilters;
}

}  // namespace fovea::jinja
