#include "core/watch/rules.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace fovea::watch {
namespace {

std::string plain(double value, int digits = -1) {
  std::array<char, 64> buffer;
  const auto end = digits < 0 ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                              std::chars_format::general)
                              : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                              std::chars_format::general, digits);
  return std::string(buffer.data(), end.ptr);
}

std::string time_text(double seconds) {
  if (seconds >= 3600.0 && std::fmod(seconds, 3600.0) == 0.0) return plain(seconds / 3600.0) + "h";
  if (seconds >= 60.0 && std::fmod(seconds, 60.0) == 0.0) return plain(seconds / 60.0) + "m";
  return plain(seconds) + "s";
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool number(std::string_view text, double& value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && fault == std::errc() && end == text.data() + text.size() && std::isfinite(value) &&
         value >= 0.0;
}

bool duration(std::string_view text, double& seconds) {
  if (text.empty()) return false;
  const char unit = text.back();
  const double factor = unit == 's' ? 1.0 : unit == 'm' ? 60.0 : unit == 'h' ? 3600.0 : 0.0;
  if (factor == 0.0 || !number(text.substr(0, text.size() - 1), seconds)) return false;
  seconds *= factor;
  return seconds <= 86'400.0;
}

Error wrong(std::string_view text) {
  std::string names;
  for (const std::string_view name : gauge_names()) names.append(names.empty() ? "" : ", ").append(name);
  return {ErrorCode::kInvalidArgument, "\"" + std::string(text.substr(0, 60)) + "\" is no rule.",
          "Write one as \"vram>90 for 5m\" (a day at most). There are: " + names + ".", "--rule"};
}

}  // namespace

std::string Rule::text() const {
  return std::string(gauge_name(gauge)) + ">" + plain(limit) +
         (seconds > 0.0 ? " for " + time_text(seconds) : "");
}

Result<Rule> parse_rule(std::string_view text) {
  Rule rule;
  const std::size_t sign = text.find('>');
  if (sign == std::string_view::npos) return wrong(text);
  const std::optional<Gauge> gauge = gauge_of(trimmed(text.substr(0, sign)));
  std::string_view rest = trimmed(text.substr(sign + 1));
  constexpr std::string_view kFor = " for ";
  const std::size_t at = rest.find(kFor);
  if (!gauge || !number(trimmed(rest.substr(0, at)), rule.limit)) return wrong(text);
  if (at != std::string_view::npos && !duration(trimmed(rest.substr(at + kFor.size())), rule.seconds))
    return wrong(text);
  rule.gauge = *gauge;
  return rule;
}

std::vector<Rule> standard_rules() {
  return {{Gauge::kVram, 90.0, 300.0}, {Gauge::kRefused, 0.0, 0.0}};
}

std::string Alert::text() const {
  const std::string unit = gauge_unit(rule.gauge);
  const std::string now =
      std::isnan(value) ? std::string("no longer known") : plain(value, 4) + (unit.empty() ? "" : " " + unit);
  const std::string name = gauge_name(rule.gauge);
  if (ended) return name + " is " + now + "; \"" + rule.text() + "\" no longer holds";
  return name + " is " + now + ", above " + plain(rule.limit) +
         (rule.seconds > 0.0 ? " for " + time_text(rule.seconds) : "");
}

RuleWatch::RuleWatch(const std::vector<Rule>& rules, double longest_gap) : longest_gap_(longest_gap) {
  for (const Rule& rule : rules) states_.push_back({rule, -1.0, false});
}

std::vector<Alert> RuleWatch::look(const MonitorRecord& record) {
  std::vector<Alert> alerts;
  // Clocks may be set back as well.
  const bool gap = last_ >= 0.0 && (record.time - last_ > longest_gap_ || record.time < last_);
  last_ = record.time;
  for (State& state : states_) {
    const double value = record[state.rule.gauge];
    const bool above = value > state.rule.limit;  // false for NaN
    if (!above) {
      if (state.told) alerts.push_back({state.rule, true, record.time, value});
      state.since = -1.0;
      state.told = false;
      continue;
    }
    if (state.since < 0.0 || (gap && !state.told)) state.since = record.time;
    if (!state.told && record.time - state.since >= state.rule.seconds) {
      state.told = true;
      alerts.push_back({state.rule, false, record.time, value});
    }
  }
  return alerts;
}

std::vector<Rule> RuleWatch::standing() const {
  std::vector<Rule> out;
  for (const State& state : states_) {
    if (state.told) out.push_back(state.rule);
  }
  return out;
}

}  // namespace fovea::watch
