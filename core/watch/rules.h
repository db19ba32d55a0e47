#pragma once

#include "core/api/error.h"
#include "core/watch/monitor_record.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::watch {

/// "vram>90 for 5m": a gauge above a limit for so long. Without "for" one moment is enough.
struct Rule {
  Gauge gauge = Gauge::kVram;
  double limit = 0.0;
  double seconds = 0.0;

  /// As it is written.
  std::string text() const;
};

/// Reads one; times are 30s, 5m or 2h. Errors: kInvalidArgument with the gauges that there are.
Result<Rule> parse_rule(std::string_view text);

/// Those that hold without being asked for: memory of a GPU above 90 % for 5 minutes, and any refusal.
std::vector<Rule> standard_rules();

/// A rule that began to hold, or ended to.
struct Alert {
  Rule rule;
  bool ended = false;
  double time = 0.0;   ///< seconds since 1970
  double value = 0.0;  ///< of the gauge then

  /// One line for people: "vram is 93.1 %, above 90 for 5m".
  std::string text() const;
};

/// Looks at record after record. A rule alerts once when its gauge was above its limit in every record for
/// its time, and once when it no longer is. A gauge that is not known does not count as above. A pause
/// between records longer than `longest_gap` seconds begins the time anew: nobody looked. One thread.
class RuleWatch {
 public:
  explicit RuleWatch(const std::vector<Rule>& rules, double longest_gap = 60.0);

  std::vector<Alert> look(const MonitorRecord& record);
  /// Those that hold now.
  std::vector<Rule> standing() const;

 private:
  struct State {
    Rule rule;
    double since = -1.0;  ///< above since then; < 0: it is not
    bool told = false;
  };

  std::vector<State> states_;
  double longest_gap_;
  double last_ = -1.0;
};

}  // namespace fovea::watch
