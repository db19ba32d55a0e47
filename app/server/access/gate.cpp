#include "app/server/access/gate.h"

#include "app/server/wire/error_reply.h"

#include <algorithm>
#include <ctime>

namespace fovea::server {
namespace {

constexpr std::chrono::seconds kRateWindow{60};

HttpResponse too_many(std::string message, std::chrono::seconds wait) {
  HttpResponse response = plain_error_reply(429, "rate_limit_exceeded", std::move(message));
  response.fields.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

}  // namespace

Gate::Gate(const ServerOptions& options)
    : keys_(options.keys),
      jwt_(options.jwt),
      check_(options.host_names, options.origins),
      most_in_flight_(options.in_flight),
      rate_(options.rate_limit, kRateWindow) {}

std::optional<HttpResponse> Gate::check_host(const HttpHead& head) const {
  if (check_.host_fits(head.field("host"))) return std::nullopt;
  return plain_error_reply(403, "forbidden_host",
                           "This server is not known by that name. --host-name adds one.");
}

std::optional<HttpResponse> Gate::check_origin(const HttpHead& head) const {
  if (check_.origin_fits(head)) return std::nullopt;
  return plain_error_reply(403, "forbidden_origin",
                           "Pages of other sites may not call this server. --allow-origin adds one.");
}

std::optional<std::string> Gate::caller_of(const HttpHead& head) const {
  if (!locked()) return head.peer;
  std::string_view given = head.field("authorization");
  constexpr std::string_view kBearer = "bearer ";
  const bool bearer =
      given.size() > kBearer.size() && std::equal(kBearer.begin(), kBearer.end(), given.begin(),
                                                  [](char a, char b) { return a == (b | 0x20); });
  if (bearer) {
    given.remove_prefix(kBearer.size());
  } else {
    given = head.field("x-api-key");
  }
  if (given.empty()) return std::nullopt;
  if (std::optional<std::string> name = keys_.name_of(given)) return name;
  if (!jwt_) return std::nullopt;
  const Result<std::string> subject = check_jwt(given, *jwt_, std::time(nullptr));
  if (!subject) return std::nullopt;
  return "jwt:" + *subject;
}

HttpResponse Gate::unauthorized() {
  HttpResponse response =
      plain_error_reply(401, "invalid_api_key", "This needs a valid key: Authorization: Bearer KEY");
  response.fields.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<HttpResponse> Gate::take_turn(const std::string& caller) {
  const std::lock_guard lock(mutex_);
  const std::chrono::seconds wait = rate_.take(caller, RateLimit::Clock::now());
  if (wait.count() == 0) return std::nullopt;
  return too_many("This caller has asked as often as it may in a minute.", wait);
}

HttpResponse Gate::no_slot() {
  return too_many("This caller has as many questions running as it may have.", std::chrono::seconds(1));
}

bool Gate::take_slot(const std::string& caller) {
  if (most_in_flight_ == 0) return true;
  const std::lock_guard lock(mutex_);
  std::size_t& running = in_flight_[caller];
  if (running >= most_in_flight_) return false;
  ++running;
  return true;
}

void Gate::give_back(const std::string& caller) {
  if (most_in_flight_ == 0) return;
  const std::lock_guard lock(mutex_);
  const auto running = in_flight_.find(caller);
  if (running != in_flight_.end() && --running->second == 0) in_flight_.erase(running);
}

HttpFields Gate::cross_origin_fields(const HttpHead& head) const {
  const std::string_view origin = head.field("origin");
  if (origin.empty() || !check_.is_foreign_but_named(origin)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)}, {"Vary", "Origin"}};
}

}  // namespace fovea::server
