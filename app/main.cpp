#include "app/cli/program.h"
#include "app/debug/debug_verbs.h"
#include "core/api/engine.h"

int main(int argc, char** argv) {
  std::vector<fovea::cli::Verb> verbs = fovea::cli::standard_verbs();
  verbs.push_back(fovea::debug::golden_verb());
  verbs.push_back(fovea::debug::speed_verb());
  return fovea::cli::run_on_terminal(argc, argv, verbs, fovea::load_local_engine);
}
