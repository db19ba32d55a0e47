#pragma once

#include "ui/monitor_services.h"

namespace fovea {

/// What the window watches the machine with: the looks, the file and the alerts of `fovea top`.
ui::MonitorServices make_monitor();

}  // namespace fovea
