#include "app/cli/bench/bench_values.h"

#include "app/cli/argument_parser.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace fovea::cli {
namespace {

/// All of the text, or nothing.
std::optional<double> number_in(std::string_view text) {
  double value = 0.0;
  const auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(between);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::pair<int, int>> size_of(std::string_view text) {
  const auto side = [](std::string_view digits) {
    int value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = fault == std::errc() && end == digits.data() + digits.size();
    return whole && value >= 1 && value <= kLongestSide ? value : 0;
  };
  const std::size_t cross = text.find('x');
  const int width = side(text.substr(0, cross));
  const int height = cross == std::string_view::npos ? width : side(text.substr(cross + 1));
  if (width == 0 || height == 0) {
    return wrong_argument("--size must be like 640x480, with sides of 1 to " + std::to_string(kLongestSide) +
                          ".");
  }
  return std::pair(width, height);
}

Result<std::vector<double>> numbers_of(std::string_view text, const std::string& option, double low,
                                       double high) {
  std::vector<double> out;
  for (const std::string_view part : parts_of(text, ',')) {
    const std::optional<double> value = number_in(part);
    if (!value || *value < low || *value > high) {
      return wrong_argument(option + " must be a number from " + fixed_text(low, low < 1.0 ? 3 : 0) + " to " +
                                fixed_text(high, 0) + ", or several with commas between them.",
                            {}, option);
    }
    if (std::find(out.begin(), out.end(), *value) == out.end()) out.push_back(*value);
  }
  return out;
}

Result<std::vector<int>> whole_numbers_of(std::string_view text, const std::string& option, int low,
                                          int high) {
  const Result<std::vector<double>> numbers = numbers_of(text, option, low, high);
  if (!numbers) return numbers.error();
  std::vector<int> out;
  for (const double number : *numbers) {
    if (number != std::floor(number)) return wrong_argument(option + " must be whole numbers.", {}, option);
    out.push_back(static_cast<int>(number));
  }
  return out;
}

Result<bench::LatencyLimits> limits_of(const std::vector<std::string>& words) {
  bench::LatencyLimits limits;
  for (const std::string& word : words) {
    for (const std::string_view part : parts_of(word, ',')) {
      const std::size_t colon = part.find(':');
      const std::string_view name = part.substr(0, colon);
      const std::optional<double> value =
          colon == std::string_view::npos ? std::nullopt : number_in(part.substr(colon + 1));
      std::optional<double>* limit = name == "ttft"   ? &limits.ttft_ms
                                     : name == "tpot" ? &limits.tpot_ms
                                     : name == "e2el" ? &limits.e2el_ms
                                                      : nullptr;
      if (limit == nullptr || !value || *value <= 0.0) {
        return wrong_argument("--goodput takes limits in milliseconds such as ttft:500 tpot:50 e2el:3000.",
                              {}, "--goodput");
      }
      *limit = value;
    }
  }
  return limits;
}

Result<double> percent_of(std::string_view text, const std::string& option) {
  std::string_view digits = trimmed(text);
  if (digits.ends_with('%')) digits = trimmed(digits.substr(0, digits.size() - 1));
  const std::optional<double> value = number_in(digits);
  if (!value || *value < 0.0 || *value > 1000.0) {
    return wrong_argument(option + " must be a share such as 5%.", {}, option);
  }
  return *value / 100.0;
}

}  // namespace fovea::cli
