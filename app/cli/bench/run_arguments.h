#pragma once

#include "app/cli/verb.h"

#include <string>
#include <vector>

namespace fovea::cli {

/// A run's arguments without those that concern its output (--out, --json, --quiet, --resume): what was
/// measured.
std::vector<std::string> without_output(const std::vector<std::string>& arguments);

/// Whether they name a server, or a key for one. A file must not decide whom the program talks to; those are
/// the user's to type.
bool names_server(const std::vector<std::string>& arguments);

/// The verb, which takes `--resume FOLDER` alone too: it then has the arguments of the run in the folder.
Verb resumable(Verb verb);

}  // namespace fovea::cli
