#pragma once

#include "core/api/outbound_ledger.h"
#include "ui/cell_table.h"

#include <vector>

namespace fovea::ui {

/// The exchanges as a table, the latest first: when, with whom, why, bytes each way, what became of it.
CellTable connection_table(const std::vector<OutboundExchange>& exchanges);

/// What it comes to, in a sentence.
QString connection_summary(const std::vector<OutboundExchange>& exchanges);

}  // namespace fovea::ui
