#pragma once

#include "app/cli/host.h"
#include "app/cli/verb.h"
#include "ui/lab_services.h"

#include <memory>
#include <vector>

namespace fovea {

/// What the window measures with: the verbs of `fovea bench` themselves, so that a run which was begun in the
/// window and one that was typed are the same work, kept in the same form. Blocks until the run is over; what
/// the verb says on standard error comes back as the error. One run at a time.
/// `more`: verbs beside those that every command line has. `ledger`: where connections to servers elsewhere
/// are noted.
ui::RunMeasurer make_measurer(cli::EngineFactories engines, Resources resources, ModelPlaces places,
                              std::vector<cli::Verb> more = {},
                              std::shared_ptr<OutboundLedger> ledger = std::make_shared<OutboundLedger>());

}  // namespace fovea
