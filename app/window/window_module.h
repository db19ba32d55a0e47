#pragma once

#include "ui/services.h"

namespace fovea {

/// File of the module with the window, beside the program or in ../lib/fovea.
inline constexpr const char* kWindowModule = "fovea-window.so";
/// Its one function.
inline constexpr const char* kWindowEntry = "fovea_run_window";

/// Opens the window and returns when it is closed. `services` is taken over.
using WindowEntry = int (*)(int argc, char** argv, ui::WindowServices* services);

}  // namespace fovea
