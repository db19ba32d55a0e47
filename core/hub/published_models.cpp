#include "core/hub/published_models.h"

#include "core/hub/json_file.h"

#include <algorithm>

namespace fovea {
namespace {

using nlohmann::json;

constexpr const char* kFile = "published.json";

std::int64_t count_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool flag_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

PublishedModel model_in(const json& object) {
  PublishedModel model;
  model.hugging_face = text_at(object, "hugging_face");
  model.modelscope = text_at(object, "modelscope");
  model.thinks = flag_at(object, "thinks");
  model.parameters_read_a_token = count_at(object, "parameters_read_a_token");
  ModelEntry& entry = model.entry;
  entry.name = model.hugging_face;
  entry.family = text_at(object, "family");
  entry.dtype = "bf16";
  entry.parameters = count_at(object, "parameters");
  entry.file_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, entry.parameters)) * 2;
  entry.decoder_layers = count_at(object, "decoder_layers");
  entry.vision_layers = count_at(object, "vision_layers");
  entry.hidden_size = count_at(object, "hidden_size");
  entry.intermediate_size = count_at(object, "intermediate_size");
  entry.vocabulary = count_at(object, "vocabulary");
  entry.context_tokens = count_at(object, "context_tokens");
  entry.head_size = count_at(object, "head_size");
  entry.kv_elements_per_token = 2 * entry.decoder_layers * count_at(object, "kv_heads") * entry.head_size;
  entry.layer_weights = layer_weights(entry, count_at(object, "attention_heads"),
                                      count_at(object, "kv_heads"), count_at(object, "head_size"));
  return model;
}

}  // namespace

Result<PublishedModels> read_published_models(const std::filesystem::path& folder) {
  const Result<json> object = read_json_object(folder, kFile);
  if (!object) return object.error();
  const auto models = object->find("models");
  if (models == object->end() || !models->is_array()) return damaged_file(kFile, "it lists nothing");
  PublishedModels published;
  for (const json& entry : *models) {
    if (!entry.is_object()) return damaged_file(kFile, "a model makes no sense");
    PublishedModel model = model_in(entry);
    if (model.hugging_face.empty() || model.parameters_read_a_token <= 0 || model.entry.parameters <= 0 ||
        model.entry.kv_elements_per_token <= 0 || model.entry.layer_weights <= 0 ||
        model.entry.layer_weights >= model.parameters_read_a_token)
      return damaged_file(kFile, "a model makes no sense");
    published.models.push_back(std::move(model));
  }
  return published;
}

}  // namespace fovea
