#include "app/server/openai/response_format.h"

#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kFormat = "response_format";

/// The schema within a body, wherever on the way a member is missing or no object: nullptr.
template <typename Json>
Json* schema_in(Json& body) {
  Json* at = &body;
  for (const char* name : {kFormat, "json_schema", "schema"}) {
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

}  // namespace

void keep_schema_order(json& body, std::string_view written) {
  json* schema = schema_in(body);
  if (schema == nullptr || !schema->is_object()) return;
  ordered_json ordered = ordered_json::parse(written, nullptr, false);
  if (const ordered_json* same = schema_in(ordered)) *schema = same->dump();
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
