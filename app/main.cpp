#include "app/cli/program.h"
#include "app/debug/debug_verbs.h"
#include "app/serve/serve_verb.h"
#include "app/server_connection.h"
#include "app/window/display_check.h"
#include "app/window/open_window.h"
#include "core/api/engine.h"
#include "core/input/vision/media_libraries.h"

#include <iostream>

int main(int argc, char** argv) {
  fovea::prepare_media_libraries();  // changes the environment, so before any thread
  std::vector<fovea::cli::Verb> verbs = fovea::cli::standard_verbs();
  verbs.insert(verbs.begin() + 2, fovea::serve::serve_verb());
  verbs.push_back(fovea::debug::golden_verb());
  verbs.push_back(fovea::debug::speed_verb());
  if (argc == 1 && fovea::has_display()) {
    const fovea::Result<int> status = fovea::open_window(argc, argv);
    if (status) return *status;
    std::cerr << status.error().text() << "\n\n";
  }
  return fovea::cli::run_on_terminal(argc, argv, verbs, fovea::load_local_engine, fovea::connect_server);
}
