#include "app/cli/bench/run_verbs.h"
#include "app/cli/program.h"
#include "app/debug/debug_verbs.h"
#include "app/serve/ps_verb.h"
#include "app/serve/serve_verb.h"
#include "app/server_connection.h"
#include "app/usable_gpu.h"
#include "app/web_bench/web_bench_verb.h"
#include "app/window/display_check.h"
#include "app/window/open_window.h"
#include "core/api/engine.h"
#include "core/api/load_plan.h"
#include "core/api/quantize.h"
#include "core/child/child_engine.h"
#include "core/child/serving.h"
#include "core/input/vision/media_libraries.h"

#include <algorithm>
#include <iostream>
#include <string_view>

namespace {

fovea::Result<std::unique_ptr<fovea::Engine>> load_child(const fovea::EngineOptions& options,
                                                         const fovea::LoadObserver& observer) {
  fovea::Result<std::unique_ptr<fovea::SupervisedEngine>> engine =
      fovea::load_child_engine(options, observer);
  if (!engine) return engine.error();
  return std::unique_ptr<fovea::Engine>(std::move(*engine));
}

}  // namespace

int main(int argc, char** argv) {
  fovea::prepare_media_libraries();  // changes the environment, so before any thread
  if (argc == 2 && std::string_view(argv[1]) == "engine-child")
    fovea::child::run_as_child(fovea::load_local_engine);
  std::vector<fovea::cli::Verb> verbs = fovea::cli::standard_verbs();
  verbs.insert(verbs.begin() + 2,
               fovea::serve::serve_verb({fovea::plan_local_engine, fovea::load_local_engine_beside}));
  verbs.push_back(fovea::serve::ps_verb());
  const auto compare = std::find_if(
      verbs.begin(), verbs.end(), [](const fovea::cli::Verb& verb) { return verb.name == "bench compare"; });
  verbs.insert(compare, fovea::web_bench::web_bench_verb());
  const auto check = std::find_if(verbs.begin(), verbs.end(),
                                  [](const fovea::cli::Verb& verb) { return verb.name == "bench check"; });
  *check = fovea::cli::bench_check_verb_with({fovea::web_bench::web_bench_verb()});
  verbs.push_back(fovea::debug::golden_verb());
  verbs.push_back(fovea::debug::speed_verb());
  if (argc == 1 && fovea::has_display()) {
    const fovea::Result<int> status = fovea::open_window(argc, argv);
    if (status) return *status;
    std::cerr << status.error().text() << "\n\n";
  }
  return fovea::cli::run_on_terminal(argc, argv, verbs,
                                     {fovea::load_local_engine, load_child, fovea::has_usable_gpu},
                                     fovea::connect_server, fovea::quantize_weights);
}
