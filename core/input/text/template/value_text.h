#pragma once

#include "core/input/text/template/value.h"

#include <string>
#include <string_view>

namespace fovea::jinja {

class Runtime;

/// str(value) as Python prints it: None, True, 1.0, ['a', {'b': 1}]. Counted while it grows, so that a value
/// whose parts are shared many times ends in a budget error. Fails as unsupported for values that print as an
/// address (generators, functions).
std::string to_text(const Value& value, Runtime& runtime);

/// The same as a string value; a string is returned as it is, without its `markup` mark.
Value to_text_value(const Value& value, Runtime& runtime);

/// repr(value), for messages and for items of lists.
std::string to_repr(const Value& value, Runtime& runtime);

/// repr() of a string: quoted as Python quotes.
std::string quoted(std::string_view text);

/// repr() of a float: the shortest digits that read back as the same number.
std::string float_text(double number);

}  // namespace fovea::jinja
