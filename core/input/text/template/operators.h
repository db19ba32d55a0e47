#pragma once

#include "core/input/text/template/ast.h"
#include "core/input/text/template/runtime.h"

namespace fovea::jinja {

/// `a op b` by Python's rules. Whole numbers are 64 bits wide: what overflows fails, it never wraps.
Value apply(BinaryOperator op, const Value& a, const Value& b, Runtime& runtime);
Value negate(const Value& value);
Value keep_sign(const Value& value);

/// One link of a comparison.
bool compare(Comparison comparison, const Value& a, const Value& b, Runtime& runtime);
/// item in container.
bool contains(const Value& container, const Value& item, Runtime& runtime);

}  // namespace fovea::jinja
