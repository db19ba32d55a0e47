#pragma once

#include "core/api/error.h"
#include "core/api/outbound_ledger.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct sockaddr;

namespace fovea::server {

struct FetchLimits {
  std::size_t bytes = 64 << 20;
  double total_seconds = 10.0;  ///< redirects included
  int redirects = 3;
};

/// Whether the server may dial this address for a caller: no loopback, private, link-local, shared, multicast
/// or reserved one, nor any of those written as IPv6 (RFC 6890's registries).
bool may_dial(const sockaddr& address);

/// Fetches a picture or clip for a caller, who could otherwise make the server reach what only it can reach.
/// http and https only, no credentials, no proxy; every address that is dialled is checked at the moment of
/// dialling, on every hop, so a name that resolves anew changes nothing. Each hop is noted. Any thread may
/// call it.
class MediaFetcher {
 public:
  using DialRule = bool (*)(const sockaddr& address);

  /// `may`: another rule than may_dial() is for tests, which have no server but on this machine.
  MediaFetcher(FetchLimits limits, std::shared_ptr<OutboundLedger> ledger, DialRule may = may_dial)
      : limits_(limits), ledger_(std::move(ledger)), may_(may) {}

  /// Blocks until it is there or the deadline is over. Every failure is the same kInvalidImage, so that
  /// nobody learns from it what this machine can reach.
  Result<std::shared_ptr<const std::vector<std::uint8_t>>> fetch(const std::string& url) const;

 private:
  FetchLimits limits_;
  std::shared_ptr<OutboundLedger> ledger_;
  DialRule may_;
};

}  // namespace fovea::server
