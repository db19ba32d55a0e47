#include "app/cli/program.h"

namespace {

#ifdef FOVEA_HAS_ENGINE
const fovea::cli::EngineFactory kLoadEngine = fovea::load_local_engine;
#else
fovea::Result<std::unique_ptr<fovea::Engine>> kLoadEngine(const fovea::EngineOptions&,
                                                          const fovea::LoadObserver&) {
  return fovea::Error{
      fovea::ErrorCode::kUnsupported, "This build of fovea has no engine.", "Build it with libtorch.", {}};
}
#endif

}  // namespace

int main(int argc, char** argv) {
  return fovea::cli::run_on_terminal(argc, argv, fovea::cli::standard_verbs(), kLoadEngine);
}
