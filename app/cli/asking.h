#pragma once

#include "app/cli/answer_run.h"
#include "app/cli/exit_code.h"
#include "app/cli/host.h"
#include "app/cli/status_line.h"

namespace fovea::cli {

/// What `ask` and `chat` let one choose about what is shown.
struct DisplayOptions {
  bool show_reasoning = false;
  bool timings = false;
  bool json = false;
  bool quiet = false;  ///< no progress and no notes, only answers and errors
};

/// One question from submission to the last line on the screen: the answer on standard output, notes and
/// errors on standard error. An error is the answer's `error`, printed already, however early it came.
Answer ask_and_show(Engine& engine, GenerationRequest request, Host& host, StatusLine& status,
                    const DisplayOptions& display);

/// The exit status that stands for the answer.
ExitCode exit_code(const Answer& answer);

}  // namespace fovea::cli
