#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace fovea::cli {

/// Runs `fovea ARGUMENTS...`: finds the verb and hands it the rest. Without a verb the short help is printed.
/// Returns the exit status; throws nothing.
int run_program(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs, Host& host);

/// The same on this process's standard streams, with Ctrl+C and closed pipes taken care of: what main calls.
int run_on_terminal(int argc, char** argv, const std::vector<Verb>& verbs, EngineFactories engines,
                    ServerFactory connect_server, WeightQuantizer quantize_weights = {});

}  // namespace fovea::cli
