#pragma once

#include "core/api/outbound_ledger.h"
#include "core/watch/metrics_text.h"
#include "core/watch/sample.h"

#include <map>
#include <memory>
#include <string>

namespace fovea::watch {

/// Whether an address is this machine, whatever a name server says.
bool is_here(const std::string& url);
/// Whether a key may be sent there: over https, or to this machine.
bool may_have_key(const std::string& url);

/// Asks servers for their /metrics and says what happened since the look before. Blocks for half a second a
/// server that does not answer. One thread.
class ServerProbe {
 public:
  /// `key` goes over https, or to this machine; never in plain http to another.
  /// `ledger`, which may be null: where looks at servers elsewhere are noted.
  explicit ServerProbe(std::string key = {}, std::shared_ptr<OutboundLedger> ledger = {})
      : key_(std::move(key)), ledger_(std::move(ledger)) {}

  /// `url` without a path: "http://127.0.0.1:8080".
  ServerUse look(const std::string& url, double now);
  /// The same of a text that came from there; for tests.
  ServerUse look(const std::string& url, double now, std::string_view metrics);

 private:
  struct Before {
    MetricsText metrics;
    double time = 0.0;
  };

  std::string key_;
  std::shared_ptr<OutboundLedger> ledger_;
  std::map<std::string, Before> before_;
};

}  // namespace fovea::watch
