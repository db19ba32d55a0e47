#pragma once

#include "core/api/error.h"

namespace fovea {

/// Whether this session has a display that a window can be opened on.
bool has_display();

/// Opens the window and returns the process's exit status when it is closed. kNotFound: the program was built
/// or installed without the window, or Qt's libraries are missing.
Result<int> open_window(int argc, char** argv);

}  // namespace fovea
