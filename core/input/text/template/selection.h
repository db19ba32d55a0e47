#pragma once

#include "core/input/text/template/runtime.h"

#include <vector>

namespace fovea::jinja {

/// What the `attribute` argument of map, join, sort and others names: "a.b.0" looks up a, then b, then item
/// 0.
class AttributePath {
 public:
  /// Null or none: the item itself.
  explicit AttributePath(const Value* attribute);
  Value of(const Value& item, Runtime& runtime, const Value* fallback = nullptr) const;

 private:
  std::vector<Value> parts_;
};

/// The item, strings in lower case: how sort, unique, min and max compare unless told otherwise.
Value ignore_case(const Value& item, Runtime& runtime);

}  // namespace fovea::jinja
