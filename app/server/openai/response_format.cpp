#include "app/server/openai/response_format.h"

#include "app/server/wire/strict_json.h"

#include <array>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;
constexpr const char* kFormat = "response_format";
constexpr std::array<std::string_view, 3> kSchema = {kFormat, "json_schema", "schema"};

}  // namespace

Result<json> parse_question(std::string_view body) {
  Result<PartlyOrderedJson> parsed = parse_strict_json(body, kSchema);
  if (!parsed) return parsed.error();
  json& value = parsed->value;
  if (parsed->ordered) value[kSchema[0]][kSchema[1]][kSchema[2]] = parsed->ordered->dump();
  return std::move(value);
}

std::string read_response_format(JsonFields& fields) {
  const json* format = fields.object(kFormat);
  if (format == nullptr) return {};
  JsonFields inner(*format, kFormat);
  const std::string type = inner.text("type").value_or("");
  const json* wrapped = inner.object("json_schema");
  inner.refuse_others({});
  if (inner.error()) {
    fields.fail(kFormat, "cannot be read: " + inner.error()->message);
    return {};
  }
  if (type == "text") return {};
  if (type == "json_object") return R"({"type": "object"})";
  if (type != "json_schema") {
    fields.fail(kFormat, R"(must be of type "text", "json_object" or "json_schema".)");
    return {};
  }
  const json* schema = wrapped != nullptr && wrapped->contains("schema") ? &(*wrapped)["schema"] : nullptr;
  if (schema == nullptr || !(schema->is_object() || schema->is_string())) {
    fields.fail(kFormat, "needs json_schema.schema, a JSON schema.");
    return {};
  }
  return schema->is_string() ? schema->get<std::string>() : schema->dump();
}

}  // namespace fovea::server
