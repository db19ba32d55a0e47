#pragma once

#include "core/input/text/template/ast.h"

namespace fovea::jinja {

/// What Jinja checks before a template runs. Both throw Failure with the line.

/// `loop` belongs to the loop: neither the target of the for loop `statement` nor anything in it may assign
/// that name
/// (`loop` is its number, -1 when the template never mentions it).
void refuse_loop_assignment(const Statement& statement, int loop);

/// The filters and tests in the statement's own expressions must exist, except where a conditional expression
/// may keep them from being used. For statements that stand in an `if` Jinja looks only when it gets there.
void refuse_unknown_calls(const Statement& statement);

}  // namespace fovea::jinja
