#pragma once

#include "core/api/error.h"

namespace fovea::cli {

/// What the program's exit status says; the list that --help and docs/command-line.md give.
enum ExitCode : int {
  kOk = 0,
  kAnswerFailed = 1,     ///< anything that has no number of its own below
  kWrongArguments = 2,   ///< an option, a value or the question makes no sense
  kModelUnusable = 3,    ///< no such model, or it cannot be loaded
  kUnreadableMedia = 4,  ///< a picture or clip is missing or cannot be read
  kOutOfMemory = 5,      ///< the model or the question does not fit the memory
  kDownloadFailed = 6,   ///< a hub could not be reached, or gave what is not what it lists; try again later
  kDiskFull = 7,         ///< there is no room for what was to be fetched
  kInterrupted = 130,    ///< Ctrl+C, as shells count it: 128 + SIGINT
  kOutputClosed = 141,   ///< whoever read the answer went away: 128 + SIGPIPE
};

/// The status for a question that failed.
ExitCode exit_code_of_answer(const Error& error);

/// The status for a model that could not be found or loaded.
ExitCode exit_code_of_model(const Error& error);

/// The status for a model that could not be fetched, imported, verified or removed.
ExitCode exit_code_of_download(const Error& error);

/// The status for a picture, clip or argument that was refused before anything was asked.
ExitCode exit_code_of_input(const Error& error);

}  // namespace fovea::cli
