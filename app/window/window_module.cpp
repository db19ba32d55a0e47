#include "app/window/window_module.h"

#include "ui/application.h"

#include <utility>

extern "C" int fovea_run_window(int argc, char** argv, fovea::ui::WindowServices* services,
                                fovea::ui::LabServices* lab) {
  return fovea::ui::run_window(argc, argv, std::move(*services), std::move(*lab));
}
