#include "core/hub/model_config.h"

#include "core/api/weight_group.h"
#include "core/hub/json_file.h"

#include <array>
#include <utility>

namespace fovea {
namespace {

using nlohmann::json;

/// A model_type this program runs, with the class and the name under which people know it.
struct Family {
  std::string_view model_type;
  std::string_view architecture;
  std::string_view name;
};
constexpr std::array kFamilies = {
    Family{"qwen3_vl", "Qwen3VLForConditionalGeneration", "Qwen3-VL"},
    Family{"glm4v", "Glm4vForConditionalGeneration", "GLM-4V"},
    Family{"glm46v", "Glm46VForConditionalGeneration", "GLM-4V"},
};

Error unsupported(std::string message) {
  return Error{ErrorCode::kUnsupported, std::move(message),
               "Fovea runs Qwen3-VL (dense), GLM-4.6V-Flash and GLM-4.1V-9B.", ""};
}

const json* member(const json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const json& object, std::string_view key) {
  const json* found = member(object, key);
  return found != nullptr && found->is_string() ? found->get<std::string>().substr(0, 80) : std::string();
}

/// A count in [1, 2^40]; 0 if the key is missing. Sets `bad` for anything else.
std::int64_t count_of(const json& object, std::string_view key, bool& bad) {
  const json* found = member(object, key);
  if (found == nullptr) return 0;
  constexpr std::uint64_t kLargest = 1ULL << 40;
  const bool good = found->is_number_unsigned() && found->get<std::uint64_t>() >= 1 &&
                    found->get<std::uint64_t>() <= kLargest;
  bad = bad || !good;
  return good ? found->get<std::int64_t>() : 0;
}

std::string architecture_of(const json& config) {
  const json* list = member(config, "architectures");
  const bool given = list != nullptr && list->is_array() && !list->empty() && list->front().is_string();
  return given ? list->front().get<std::string>().substr(0, 80) : std::string();
}

/// Reads the sizes; an error where config.json contradicts itself.
Result<void> read_sizes(const json& config, ModelEntry& entry) {
  const json* nested = member(config, "text_config");
  const json& text = nested != nullptr ? *nested : config;  // GLM-4.1V's may be flat
  bool bad = false;
  const std::int64_t heads = count_of(text, "num_attention_heads", bad);
  const std::int64_t kv_heads = count_of(text, "num_key_value_heads", bad);
  std::int64_t head_size = count_of(text, "head_dim", bad);
  entry.decoder_layers = count_of(text, "num_hidden_layers", bad);
  entry.hidden_size = count_of(text, "hidden_size", bad);
  entry.intermediate_size = count_of(text, "intermediate_size", bad);
  entry.vocabulary = count_of(text, "vocab_size", bad);
  entry.context_tokens = count_of(text, "max_position_embeddings", bad);
  if (const json* vision = member(config, "vision_config"))
    entry.vision_layers = count_of(*vision, "depth", bad);
  if (head_size == 0 && heads > 0) head_size = entry.hidden_size / heads;

  // Products of these stay far below 2^63.
  constexpr std::int64_t kLargestSize = 1 << 20;
  for (const std::int64_t size :
       {heads, kv_heads, head_size, entry.decoder_layers, entry.hidden_size, entry.intermediate_size}) {
    bad = bad || size > kLargestSize;
  }
  if (bad) return damaged_file("config.json", "a size in it is out of range");
  if (entry.decoder_layers == 0 || entry.hidden_size == 0 || heads == 0 || entry.context_tokens == 0) {
    return damaged_file("config.json", "sizes are missing");
  }
  const std::int64_t cached_heads = kv_heads > 0 ? kv_heads : heads;
  entry.head_size = head_size;
  entry.kv_elements_per_token = 2 * entry.decoder_layers * cached_heads * head_size;
  entry.layer_weights = layer_weights(entry, heads, cached_heads, head_size);
  const json* tied = member(config, "tie_word_embeddings");
  if (tied == nullptr) tied = member(text, "tie_word_embeddings");
  entry.tied_head = tied != nullptr && tied->is_boolean() && tied->get<bool>();
  return {};
}

/// What `models quantize` wrote of the weights; core/model/config.cpp reads the same.
Result<void> read_integers(const json& object, ModelEntry& entry) {
  bool bad = false;
  const std::int64_t bits = count_of(object, "bits", bad);
  const json* size = member(object, "group_size");
  const bool row = size != nullptr && *size == kWholeRow;
  const std::int64_t group = row ? kWholeRow : count_of(object, "group_size", bad);
  entry.parameters = count_of(object, "parameters", bad);
  entry.dtype = text_of(object, "made_from");
  const auto flag = [&](std::string_view key) {
    const json* found = member(object, key);
    return found != nullptr && found->is_boolean() && found->get<bool>();
  };
  if (bad || (bits != 4 && bits != 8) || !is_weight_group(bits, group) || entry.parameters == 0) {
    return damaged_file("config.json", "quantization_config makes no sense");
  }
  WeightOptions held;
  held.format = bits == 8 ? WeightFormat::kInt8 : WeightFormat::kInt4;
  held.group = static_cast<int>(group);
  held.vision = flag("vision");
  held.head = flag("head");
  entry.integers = held;
  entry.quantization = weight_format_name(held.format);
  return {};
}

Error unread(const std::string& method) {
  return Error{ErrorCode::kUnsupported,
               "The weights are quantised (" + method + "), which Fovea does not read.",
               "Get the model in bf16.", ""};
}

/// The weights' settings of compressed-tensors, which lie in groups of modules; null: none or not integers.
const json* compressed_weights(const json& object) {
  const json* groups = member(object, "config_groups");
  if (groups == nullptr || !groups->is_object() || groups->empty()) return nullptr;
  const json* weights = member(groups->front(), "weights");
  return weights != nullptr && text_of(*weights, "type") == "int" ? weights : nullptr;
}

/// What another program wrote of its integers; core/model/quantization_scheme.cpp reads the same and more.
Result<void> read_published(const json& object, const std::string& method, ModelEntry& entry) {
  const bool compressed = method == "compressed-tensors";
  const json* settings = compressed ? compressed_weights(object) : &object;
  if (settings == nullptr) return unread(method);
  bool bad = false;
  const std::int64_t stated = count_of(*settings, compressed ? "num_bits" : "bits", bad);
  const std::int64_t bits = stated == 0 && method == "awq" ? 4 : stated;
  const json* group_size = member(*settings, "group_size");
  const bool by_group =
      group_size != nullptr && group_size->is_number_integer() && group_size->get<std::int64_t>() > 0;
  const std::int64_t group = by_group ? count_of(*settings, "group_size", bad) : 0;
  if (bad || (bits != 4 && bits != 8)) return unread(method + " with " + std::to_string(bits) + " bits");
  const auto flag = [&](std::string_view key, bool otherwise) {
    const json* found = member(*settings, key);
    return found != nullptr && found->is_boolean() ? found->get<bool>() : otherwise;
  };
  const bool symmetric = method != "awq" && flag(compressed ? "symmetric" : "sym", true);
  entry.published_bits = static_cast<int>(bits);
  entry.quantization =
      method + ", " + std::to_string(bits) + " bits by " + (group > 0 ? std::to_string(group) : "row");
  WeightOptions held;
  held.format = bits == 4 && symmetric ? WeightFormat::kInt4 : WeightFormat::kInt8;
  for (const int ours : {32, 64, 128}) {
    if (group % ours == 0) held.group = ours;
  }
  // As PrequantizedLayout::held() has it.
  if (held.group == 0 || flag("desc_act", false) || (bits == 8 && !symmetric)) held = {WeightFormat::kFloat};
  entry.published = held;
  return {};
}

/// Positions stretched past the checkpoint's context (YaRN and the like) are not computed.
Result<void> check_rope(const json& text) {
  for (const std::string_view key : {"rope_scaling", "rope_parameters"}) {
    const json* rope = member(text, key);
    if (rope == nullptr) continue;
    std::string type = text_of(*rope, "rope_type");
    if (type.empty()) type = text_of(*rope, "type");
    if (type.empty() || type == "default") return {};
    return Error{ErrorCode::kUnsupported, "Its positions are scaled (" + type + "), which Fovea does not do.",
                 "Get the model without a changed context length.", ""};
  }
  return {};
}

}  // namespace

Result<void> describe_config(const json& config, ModelEntry& entry) {
  const std::string model_type = text_of(config, "model_type");
  entry.architecture = architecture_of(config);

  for (const Family& family : kFamilies) {
    const bool named = entry.architecture.empty() ? model_type == family.model_type
                                                  : entry.architecture == family.architecture;
    if (named) entry.family = family.name;
  }
  const std::string shown = entry.architecture.empty() ? model_type : entry.architecture;
  if (entry.family.empty()) {
    if (shown.empty()) return damaged_file("config.json", "it names no architecture");
    const bool experts = model_type == "qwen3_vl_moe" || model_type == "glm4v_moe";
    return unsupported(experts ? "A mixture of experts (" + shown + "), which Fovea does not run."
                               : "Not a kind of model that Fovea runs (" + shown + ").");
  }
  if (Result<void> sizes = read_sizes(config, entry); !sizes) return sizes;

  const json* nested = member(config, "text_config");
  for (const json* place : {&config, nested}) {
    const json* quantization = place == nullptr ? nullptr : member(*place, "quantization_config");
    if (quantization == nullptr) continue;
    const std::string method = text_of(*quantization, "quant_method");
    if (method == "fovea") {
      if (Result<void> integers = read_integers(*quantization, entry); !integers) return integers;
      continue;
    }
    entry.quantization = method.empty() ? "unknown" : method;
    if (place == &config && (method == "compressed-tensors" || method == "gptq" || method == "awq")) {
      if (Result<void> published = read_published(*quantization, method, entry); !published) return published;
    }
  }
  if (!entry.quantization.empty() && !entry.integers && !entry.published) return unread(entry.quantization);
  return check_rope(nested != nullptr ? *nested : config);
}

}  // namespace fovea
