#pragma once

#include "core/api/error.h"

namespace fovea {

/// Whether this session names a display at all (DISPLAY, WAYLAND_DISPLAY, QT_QPA_PLATFORM).
bool has_display();

/// Whether somebody listens there: Qt ends the process where nobody does. A display on another machine is
/// taken on trust. Error kUnreachable, naming the variable. Cost: one connection on this machine.
Result<void> check_display();

}  // namespace fovea
