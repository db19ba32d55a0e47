#pragma once

#include "app/server/wire/json_fields.h"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// parse_strict_json() of a question's body, its errors too. Members of a schema's `properties` come in an
/// answer in the order in which they were written, which parsed objects forget: the schema of the body's
/// `response_format`, if it has one, is the text of it here.
Result<nlohmann::json> parse_question(std::string_view body);

/// The schema that `response_format` asks for, as GenerationRequest::response_schema: empty for "text", any
/// object for "json_object", that of "json_schema" (an object, or JSON as text). Whether the schema can be
/// used is found out later. Errors stay in `fields`.
std::string read_response_format(JsonFields& fields);

}  // namespace fovea::server
