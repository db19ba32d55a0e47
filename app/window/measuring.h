#pragma once

#include "app/cli/host.h"
#include "ui/lab_services.h"

namespace fovea {

/// What the window measures with: the verbs of `fovea bench` themselves, so that a run which was begun in the
/// window and one that was typed are the same work, kept in the same form. Blocks until the run is over; what
/// the verb says on standard error comes back as the error. One run at a time.
ui::RunMeasurer make_measurer(cli::EngineFactories engines, Resources resources, ModelPlaces places);

}  // namespace fovea
