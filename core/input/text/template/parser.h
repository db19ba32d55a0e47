#pragma once

#include "core/input/text/template/ast.h"

#include <string_view>

namespace fovea::jinja {

/// Parses a template (valid UTF-8) with the grammar of Jinja 3.1, its loopcontrols extension and
/// transformers'
/// {% generation %}. Throws Failure with the line: kDamagedModel for what is no Jinja, kUnsupported for Jinja
/// that this interpreter leaves out (include, import, extends, block, autoescape, recursive loops),
/// kBudgetExceeded for nesting over 100 statements or 200 expressions deep.
Program parse(std::string_view source);

}  // namespace fovea::jinja
