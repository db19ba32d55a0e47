#include "core/input/text/template/selection.h"

#include "core/input/text/template/subscripts.h"
#include "core/input/text/template/unicode.h"

#include <algorithm>
#include <charconv>

namespace fovea::jinja {

AttributePath::AttributePath(const Value* attribute) {
  if (attribute == nullptr || attribute->is_none()) return;
  if (!attribute->is_string()) {
    parts_.push_back(*attribute);
    return;
  }
  const std::string_view path = attribute->bytes();
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t dot = std::min(path.find('.', start), path.size());
    const std::string_view part = path.substr(start, dot - start);
    std::int64_t number = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), number);
    const bool digits =
        !part.empty() && part.front() != '-' && read.ec == std::errc() && read.ptr == part.end();
    parts_.push_back(digits ? Value(number) : Value(part));
    start = dot + 1;
  }
}

Value AttributePath::of(const Value& item, Runtime& runtime, const Value* fallback) const {
  Value at = item;
  for (const Value& part : parts_) {
    at = get_item(at, part, runtime);
    if (fallback != nullptr && !fallback->is_none() && at.is_undefined()) at = *fallback;
  }
  return at;
}

Value ignore_case(const Value& item, Runtime& runtime) {
  return item.is_string() ? runtime.text(to_lower(item.bytes())) : item;
}

}  // namespace fovea::jinja
