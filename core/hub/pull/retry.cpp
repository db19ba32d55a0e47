#include "core/hub/pull/retry.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include <curl/curl.h>

namespace fovea {
namespace {

/// Seconds that a Retry-After header asks for: a count, or a date (RFC 9110, 10.2.3).
double asked_pause(const HttpHead& head) {
  if (const std::optional<std::uint64_t> seconds = head.number("retry-after"))
    return static_cast<double>(std::min<std::uint64_t>(*seconds, 1'000'000));
  const std::string text = head.header("retry-after");
  if (text.empty()) return 0.0;
  const std::time_t when = curl_getdate(text.c_str(), nullptr);
  return when < 0 ? 0.0 : std::max(0.0, std::difftime(when, std::time(nullptr)));
}

}  // namespace

std::optional<RetryPause> Retry::after(const HttpOutcome& outcome) {
  ++failures_;
  if (failures_ >= policy_.most_failures) return std::nullopt;
  const bool answered = outcome.end == HttpOutcome::End::kAnswered;
  const double asked = answered ? asked_pause(outcome.head) : 0.0;
  if (asked > policy_.longest_obeyed) return std::nullopt;
  const double own = std::min(policy_.longest_pause, policy_.first_pause * std::exp2(failures_ - 1));
  return RetryPause{std::max(asked, own), answered ? outcome.head.status : 0};
}

}  // namespace fovea
