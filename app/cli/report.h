#pragma once

#include "app/cli/console.h"
#include "core/api/error.h"

#include <string_view>

namespace fovea::cli {

struct Host;

/// Text of the program's own, or text that passed through it, on standard error: made harmless on a terminal.
void print_line(Output& err, std::string_view text);

/// "fovea: MESSAGE" and the remedy below it.
void print_error(Output& err, const Error& error);

/// The same on the host's standard error; returns `status`, for a verb to end with.
int fail(const Error& error, int status, Host& host);

/// "Note: TEXT", for what the user should know and need not act upon.
void print_note(Output& err, std::string_view text);

}  // namespace fovea::cli
