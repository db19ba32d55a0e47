#pragma once

#include "app/server/access/caller_check.h"
#include "app/server/access/rate_limit.h"
#include "app/server/server_options.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace fovea::server {

/// Who may ask, and how often: hosts and origins, keys and tokens, limits. Any thread may call it.
class Gate {
 public:
  explicit Gate(const ServerOptions& options);

  /// Why a request is turned away by its Host, before anything else is looked at.
  std::optional<HttpResponse> check_host(const HttpHead& head) const;
  /// The same by its Origin.
  std::optional<HttpResponse> check_origin(const HttpHead& head) const;

  /// Who asks; nothing if keys are set and none fits.
  std::optional<std::string> caller_of(const HttpHead& head) const;
  static HttpResponse unauthorized();

  /// Counts a question of this caller, or says why it must wait (429 with Retry-After).
  std::optional<HttpResponse> take_turn(const std::string& caller);
  /// Whether this caller may have one more question running; true must be given back.
  bool take_slot(const std::string& caller);
  void give_back(const std::string& caller);
  static HttpResponse no_slot();

  /// What an answer to a page of another site carries; empty for others.
  HttpFields cross_origin_fields(const HttpHead& head) const;

 private:
  bool locked() const { return !keys_.empty() || jwt_.has_value(); }

  const ApiKeys keys_;
  const std::optional<JwtRules> jwt_;
  const CallerCheck check_;
  const std::size_t most_in_flight_;
  std::mutex mutex_;
  RateLimit rate_;
  std::map<std::string, std::size_t> in_flight_;
};

}  // namespace fovea::server
