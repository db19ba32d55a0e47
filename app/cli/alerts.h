#pragma once

#include "app/cli/host.h"
#include "core/api/outbound_ledger.h"
#include "core/watch/rules.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea::cli {

/// Where alerts go beside standard error.
struct AlertPlaces {
  std::optional<std::string> log;  ///< a file that lines are added to
  std::optional<std::string>
      webhook;           ///< an address that gets each as JSON by POST; only if the user names one
  bool desktop = false;  ///< by notify-send
};

/// Adds an alert to the log and sends it to the webhook, where they are named; the latter is noted in
/// `ledger`. Returns what did not work, a sentence each. Blocks for at most five seconds by the webhook.
std::vector<std::string> pass_on(const watch::Alert& alert, const AlertPlaces& places,
                                 OutboundLedger& ledger);

/// Tells of an alert everywhere. What cannot be reached is noted on standard error, and nothing else happens.
/// Blocks for at most five seconds by the webhook.
void tell(const watch::Alert& alert, const AlertPlaces& places, Host& host);

/// The webhook's body: {"time", "rule", "gauge", "limit", "for_seconds", "value", "state", "text"}.
std::string alert_json(const watch::Alert& alert);

}  // namespace fovea::cli
