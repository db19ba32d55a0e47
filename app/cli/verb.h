#pragma once

#include "app/cli/host.h"

#include <functional>
#include <string>
#include <vector>

namespace fovea::cli {

/// One thing the program does: `fovea NAME ARGUMENTS...`.
struct Verb {
  std::string name;     ///< one to three words: "ask", "models list", "bench sweep batch"
  std::string summary;  ///< one line for the list of verbs
  bool hidden = false;  ///< for developers; not in the help
  /// Gets the arguments after the name; returns the exit status.
  std::function<int(const std::vector<std::string>& arguments, Host& host)> run;
};

Verb ask_verb();
Verb chat_verb();
Verb bench_decode_verb();
Verb bench_prefill_verb();
Verb bench_ttft_verb();
Verb bench_batch_verb();
Verb bench_accuracy_verb();
Verb bench_load_verb();
Verb bench_sweep_batch_verb();
Verb bench_sweep_resolution_verb();
Verb bench_states_verb();
Verb bench_ablation_verb();
Verb bench_compare_verb();
Verb bench_check_verb();
Verb cost_verb();
Verb top_verb();
Verb models_list_verb();
Verb models_show_verb();
Verb models_recommend_verb();
Verb models_pull_verb();
Verb models_verify_verb();
Verb models_import_verb();
Verb models_quantize_verb();
Verb models_rm_verb();

/// Every verb, in the order of the help. A new verb is a function like those above and one line in verbs.cpp;
/// one that needs more than app/cli may use is added by app/main.cpp.
std::vector<Verb> standard_verbs();

}  // namespace fovea::cli
