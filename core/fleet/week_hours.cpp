#include "core/fleet/week_hours.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace fovea {
namespace {

constexpr int kDays = 7;
constexpr int kDay = 24 * 60;  // minutes
constexpr int kWeek = kDays * kDay;
constexpr std::array<std::string_view, kDays> kNames = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error not_understood(std::string_view part) {
  return {ErrorCode::kInvalidArgument, "These hours make no sense: \"" + std::string(part) + "\".",
          "Write them as in \"mon-fri 08:00-18:00, sat 9:00-12:30\".", ""};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The two sides of a dash; the second is empty where there is none.
std::pair<std::string_view, std::string_view> sides(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {text, {}};
  return {text.substr(0, dash), text.substr(dash + 1)};
}

std::string lowered(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::optional<int> day_of(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), lowered(name));
  if (found == kNames.end()) return std::nullopt;
  return static_cast<int>(found - kNames.begin());
}

std::optional<int> number(std::string_view text, std::size_t least, std::size_t most) {
  int value = 0;
  if (text.size() < least || text.size() > most) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

/// Minutes since midnight; "24:00" is the day's end.
std::optional<int> time_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<int> hours = number(text.substr(0, colon), 1, 2);
  const std::optional<int> minutes = number(text.substr(colon + 1), 2, 2);
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  const int time = *hours * 60 + *minutes;
  return time <= kDay ? std::optional(time) : std::nullopt;
}

}  // namespace

Result<void> WeekHours::parse_span(std::string_view text, std::vector<Span>& into) {
  const std::string_view span = trimmed(text);
  const std::size_t space = span.find(' ');
  if (space == std::string_view::npos) return not_understood(span);
  const std::string_view days = span.substr(0, space);
  const auto [from, to] = sides(trimmed(span.substr(space + 1)));
  const std::optional<int> begin = time_of(from);
  const std::optional<int> end = time_of(to);
  std::optional<int> first = 0;
  std::optional<int> last = kDays - 1;
  if (lowered(days) != "daily") {
    const auto [name, until] = sides(days);
    first = day_of(name);
    last = until.empty() ? first : day_of(until);
  }
  if (!begin || !end || !first || !last || *begin == *end || *begin == kDay) return not_understood(span);
  const int count = (*last - *first + kDays) % kDays + 1;
  for (int i = 0; i < count; ++i) {
    const int day = (*first + i) % kDays * kDay;
    into.push_back({day + *begin, day + *end + (*end < *begin ? kDay : 0)});
  }
  return {};
}

Result<WeekHours> WeekHours::parse(std::string_view text) {
  WeekHours hours;
  while (true) {
    const std::size_t comma = text.find(',');
    if (Result<void> span = parse_span(text.substr(0, comma), hours.spans_); !span) return span.error();
    if (comma == std::string_view::npos) return hours;
    text.remove_prefix(comma + 1);
  }
}

bool WeekHours::contains(const std::tm& local) const {
  const int day = (local.tm_wday + kDays - 1) % kDays;  // tm's week begins on Sunday
  const int now = day * kDay + local.tm_hour * 60 + local.tm_min;
  return std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) {
    return (now >= span.begin && now < span.end) || now + kWeek < span.end;
  });
}

bool WeekHours::contain_now() const {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return contains(local);
}

}  // namespace fovea
