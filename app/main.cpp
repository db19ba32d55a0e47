#include "app/cli/program.h"
#include "app/debug/debug_verbs.h"
#include "core/api/engine.h"
#include "core/input/vision/media_libraries.h"

int main(int argc, char** argv) {
  fovea::prepare_media_libraries();  // changes the environment, so before any thread
  std::vector<fovea::cli::Verb> verbs = fovea::cli::standard_verbs();
  verbs.push_back(fovea::debug::golden_verb());
  verbs.push_back(fovea::debug::speed_verb());
  return fovea::cli::run_on_terminal(argc, argv, verbs, fovea::load_local_engine);
}
