#include "core/input/text/template/filters.h"

#include "core/input/text/template/tojson.h"

#include <unordered_map>

namespace fovea::jinja {
namespace {

using Table = std::unordered_map<std::string_view, decltype(Filter::apply)>;

const Table& table() {
  static const Table kTable = [] {
    Table made;
    for (const auto filters : {text_filters(), sequence_filters(), selecting_filters(), number_filters()}) {
      for (const Filter& filter : filters) made.emplace(filter.name, filter.apply);
    }
    made.emplace("tojson", to_json);
    return made;
  }();
  return kTable;
}

}  // namespace

bool is_filter(std::string_view name) {
  return table().count(name) > 0;
}

Value apply_filter(std::string_view name, const Value& value, const Arguments& arguments, Runtime& runtime) {
  const auto at = table().find(name);
  if (at == table().end()) fail_unsupported("The filter '" + std::string(name) + "' is not supported.");
  runtime.step();
  return at->second(value, arguments, runtime);
}

}  // namespace fovea::jinja
