#include "app/window/window_module.h"

#include "ui/application.h"

#include <utility>

extern "C" int fovea_run_window(int argc, char** argv, fovea::ui::WindowServices* services) {
  return fovea::ui::run_window(argc, argv, std::move(*services));
}
