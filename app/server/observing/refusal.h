#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace fovea::server {

/// Why a request was turned away before anything was computed for it.
enum class Refusal {
  kUnauthorized,     ///< 401
  kForbiddenHost,    ///< 403, a Host that is not the server's
  kForbiddenOrigin,  ///< 403, a page of another site
  kRateLimit,        ///< 429, asked too often
  kInFlight,         ///< 429, too many questions of one caller at once
  kTooLarge,         ///< 413, 414, 431
  kTooSlow,          ///< 408
  kMalformed,        ///< 400, no HTTP request
  kUnsupportedType,  ///< 415
  kNotFound,         ///< 404, 405
  kQueueFull,        ///< 503, the engine's queue or the server's own
  kOverloaded,       ///< 503, too many connections or large bodies at once
  kStopping,         ///< 503
  kOutOfMemory,      ///< 503
};

inline constexpr std::array kRefusals = {
    Refusal::kUnauthorized,    Refusal::kForbiddenHost, Refusal::kForbiddenOrigin, Refusal::kRateLimit,
    Refusal::kInFlight,        Refusal::kTooLarge,      Refusal::kTooSlow,         Refusal::kMalformed,
    Refusal::kUnsupportedType, Refusal::kNotFound,      Refusal::kQueueFull,       Refusal::kOverloaded,
    Refusal::kStopping,        Refusal::kOutOfMemory};

/// The label of fovea_refusals_total: "rate_limit".
std::string_view refusal_name(Refusal refusal);

/// The refusal behind an answer of the HTTP layer's own; nothing for a status that is none.
std::optional<Refusal> refusal_of_fault(int status);

/// The refusal behind a call's last word (AuditEntry::verdict); nothing for a verdict that is none.
std::optional<Refusal> refusal_of_verdict(std::string_view verdict);

}  // namespace fovea::server
