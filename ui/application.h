#pragma once

#include "ui/lab_services.h"
#include "ui/services.h"

namespace fovea::ui {

/// Opens the window and returns when it is closed: the process's exit status. Call once, on the main thread.
int run_window(int argc, char** argv, WindowServices services, LabServices lab);

}  // namespace fovea::ui
