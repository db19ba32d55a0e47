#pragma once

#include "core/api/error.h"

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// Hours of the week, in the machine's local time: "mon-fri 08:00-18:00, sat 9:00-12:30".
class WeekHours {
 public:
  /// Spans between commas: days (mon tue wed thu fri sat sun, ranges of them, or "daily") and times of a
  /// 24-hour clock. A range of days may run over Sunday; one of times over midnight, and belongs to the day
  /// on which it begins; 24:00 is the end of a day. Error kInvalidArgument, which quotes what was not
  /// understood.
  static Result<WeekHours> parse(std::string_view text);

  /// Whether the moment lies in one of the spans; a span's last minute is not in it.
  bool contains(const std::tm& local) const;
  bool contain_now() const;

 private:
  /// Minutes since Monday, 00:00; `end` may lie in the next week.
  struct Span {
    int begin = 0, end = 0;
  };
  static Result<void> parse_span(std::string_view text, std::vector<Span>& into);

  std::vector<Span> spans_;
};

}  // namespace fovea
