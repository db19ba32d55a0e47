#pragma once

#include "core/input/text/template/ast.h"

namespace fovea::jinja {

/// Fills in every ScopePlan and the special parameters of every Signature, by Jinja's own rules, and lists
/// the names that are looked up among the template's variables. Also checks what Jinja checks before a
/// template runs: that no loop assigns to `loop`, and that filters and tests outside of conditions exist.
/// Throws Failure with the line.
void analyze_scopes(Program& program);

}  // namespace fovea::jinja
