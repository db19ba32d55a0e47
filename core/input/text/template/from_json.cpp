#include "core/input/text/template/from_json.h"

#include "core/api/utf8.h"
#include "core/input/text/template/failure.h"

#include <limits>

namespace fovea::jinja {
namespace {

using Json = nlohmann::ordered_json;

Value text(const std::string& bytes) {
  if (!is_utf8(bytes)) throw Failure{ErrorCode::kInvalidText, "A message holds text that is not UTF-8."};
  return Value(bytes);
}

Value convert(const Json& json, int depth) {
  if (depth > kMaxValueDepth) throw Failure{ErrorCode::kTooLarge, "The messages are nested too deeply."};
  switch (json.type()) {
    case Json::value_t::null:
      return Value(None());
    case Json::value_t::boolean:
      return Value(json.get<bool>());
    case Json::value_t::number_integer:
      return Value(json.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail_unsupported("Whole numbers over 64 bits are not supported.");
      }
      return Value(json.get<std::int64_t>());
    case Json::value_t::number_float:
      return Value(json.get<double>());
    case Json::value_t::string:
      return text(json.get_ref<const std::string&>());
    case Json::value_t::array: {
      std::vector<Value> items;
      items.reserve(json.size());
      for (const Json& item : json) items.push_back(convert(item, depth + 1));
      return Value::list(std::move(items));
    }
    case Json::value_t::object: {
      Dict dict;
      for (const auto& [key, value] : json.items()) dict.set(text(key), convert(value, depth + 1));
      return Value::dict(std::move(dict));
    }
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  fail_unsupported("Binary data in a message is not supported.");
}

}  // namespace

Value from_json(const Json& json) {
  return convert(json, 1);
}

}  // namespace fovea::jinja
