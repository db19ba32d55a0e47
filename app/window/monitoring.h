#pragma once

#include "core/api/outbound_ledger.h"
#include "ui/monitor_services.h"

#include <memory>

namespace fovea {

/// What the window watches the machine with: the looks, the file and the alerts of `fovea top`.
/// `ledger`: where webhooks are noted.
ui::MonitorServices make_monitor(std::shared_ptr<OutboundLedger> ledger);

}  // namespace fovea
