#pragma once

#include "ui/lab_services.h"
#include "ui/services.h"

namespace fovea {

/// File of the module with the window, beside the program or in ../lib/fovea.
inline constexpr const char* kWindowModule = "fovea-window.so";
/// Its one function.
inline constexpr const char* kWindowEntry = "fovea_run_window";

/// Opens the window and returns when it is closed. `services` and `lab` are taken over.
using WindowEntry = int (*)(int argc, char** argv, ui::WindowServices* services, ui::LabServices* lab);

}  // namespace fovea
