#include "app/server/observing/refusal.h"

namespace fovea::server {

std::string_view refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kUnauthorized:
      return "unauthorized";
    case Refusal::kForbiddenHost:
      return "forbidden_host";
    case Refusal::kForbiddenOrigin:
      return "forbidden_origin";
    case Refusal::kRateLimit:
      return "rate_limit";
    case Refusal::kInFlight:
      return "in_flight";
    case Refusal::kTooLarge:
      return "too_large";
    case Refusal::kTooSlow:
      return "too_slow";
    case Refusal::kMalformed:
      return "malformed";
    case Refusal::kUnsupportedType:
      return "unsupported_type";
    case Refusal::kNotFound:
      return "not_found";
    case Refusal::kQueueFull:
      return "queue_full";
    case Refusal::kOverloaded:
      return "overloaded";
    case Refusal::kStopping:
      return "stopping";
    case Refusal::kOutOfMemory:
      return "out_of_memory";
  }
  return "unknown";
}

std::optional<Refusal> refusal_of_fault(int status) {
  switch (status) {
    case 400:
      return Refusal::kMalformed;
    case 408:
      return Refusal::kTooSlow;
    case 413:
    case 414:
    case 431:
      return Refusal::kTooLarge;
    case 503:
      return Refusal::kOverloaded;
    default:
      return std::nullopt;
  }
}

std::optional<Refusal> refusal_of_verdict(std::string_view verdict) {
  if (verdict == "rate_limited") return Refusal::kInFlight;
  if (verdict == "ending") return Refusal::kStopping;
  if (verdict == "busy") return Refusal::kQueueFull;
  if (verdict == "out_of_memory") return Refusal::kOutOfMemory;
  if (verdict == "too_large") return Refusal::kTooLarge;
  return std::nullopt;
}

}  // namespace fovea::server
