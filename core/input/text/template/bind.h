#pragma once

#include "core/input/text/template/runtime.h"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace fovea::jinja {

/// The arguments of one call sorted to the parameters of a built-in function, as Python binds them.
class Bound {
 public:
  /// `what` names the function in messages. The first `required` parameters must be given; too many, unknown
  /// or double arguments fail.
  Bound(std::string_view what, const Arguments& arguments, std::initializer_list<std::string_view> parameters,
        std::size_t required = 0);

  /// Null where the argument was left out.
  const Value* operator[](std::size_t index) const { return values_[index]; }
  bool given(std::size_t index) const { return values_[index] != nullptr; }
  bool given_and_not_none(std::size_t index) const { return given(index) && !values_[index]->is_none(); }

  /// The argument's truth, `fallback` when left out.
  bool truth(std::size_t index, bool fallback) const;
  /// A whole number (or bool); fails for other types.
  std::int64_t integer(std::size_t index, std::int64_t fallback) const;
  /// A string; fails for other types.
  const std::string& string(std::size_t index) const;

 private:
  std::string_view what_;
  std::vector<const Value*> values_;
};

}  // namespace fovea::jinja
