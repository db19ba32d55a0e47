#include "app/server/openai/field_names.h"

#include <array>
#include <string>
#include <string_view>

namespace fovea::server {
namespace {

struct FieldName {
  std::string_view of_engine;  ///< see core/api/request_check.h
  std::string_view of_routes;
};

constexpr std::array<FieldName, 4> kNames = {{{"response_schema", "response_format.json_schema.schema"},
                                              {"continue_answer", "continue_final_message"},
                                              {"image_budget", "mm_processor_kwargs"},
                                              {"template_variables", "chat_template_kwargs"}}};

}  // namespace

Error in_callers_words(Error error) {
  for (const FieldName& name : kNames) {
    if (!error.field.starts_with(name.of_engine)) continue;
    error.field.replace(0, name.of_engine.size(), name.of_routes);
    for (std::string* text : {&error.message, &error.remedy}) {
      const std::size_t at = text->find(name.of_engine);
      if (at != std::string::npos) text->replace(at, name.of_engine.size(), name.of_routes);
    }
    break;
  }
  return error;
}

}  // namespace fovea::server
