#pragma once

#include "app/cli/console.h"
#include "core/api/outbound_ledger.h"

#include <string>

namespace fovea::cli {

/// What went over the network, a line for each server as they stand below `waterfall`: exchanges and bytes.
std::string network_lines(const OutboundLedger& ledger, const Style& style);

}  // namespace fovea::cli
