#pragma once

#include "app/cli/console.h"
#include "core/api/error.h"

#include <string_view>

namespace fovea::cli {

/// Text of the program's own, or text that passed through it, on standard error: made harmless on a terminal.
void print_line(Output& err, std::string_view text);

/// "fovea: MESSAGE" and the remedy below it.
void print_error(Output& err, const Error& error);

/// "Note: TEXT", for what the user should know and need not act upon.
void print_note(Output& err, std::string_view text);

}  // namespace fovea::cli
