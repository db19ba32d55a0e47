#pragma once

#include "ui/remote_service.h"

namespace fovea {

/// Servers elsewhere for the window, by core/remote. All that is asked by it stands in its one ledger.
ui::RemoteServices remote_services();

}  // namespace fovea
