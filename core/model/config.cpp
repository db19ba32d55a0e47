#include "core/model/config.h"

#include "core/api/weight_group.h"
#include "core/model/json_reader.h"

#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using nlohmann::json;

Error damaged(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: config.json (" + what + ").",
               "Download this file again.", ""};
}

Error unsupported(const std::string& what, const std::string& remedy = "") {
  return Error{ErrorCode::kUnsupported, what, remedy, ""};
}

constexpr std::int64_t kMaxWidth = 1 << 17;
constexpr std::int64_t kMaxLayers = 512;

/// transformers 5.17's order (models.md 2.3): a `rope_scaling` dict beats a `rope_parameters` dict, a value
/// in the dict beats its sibling key, then the class default.
Result<void> read_rope(const json& text, ModelFamily family, TextConfig& out) {
  json rope = json::object();
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    if (text.contains(key) && text[key].is_object()) {
      rope = text[key];
      break;
    }
  }
  for (const char* key : {"rope_theta", "partial_rotary_factor"}) {
    if (!rope.contains(key) && text.contains(key)) rope[key] = text[key];
  }
  JsonReader r(rope, "rope: ");
  const std::string type = r.word("rope_type", r.word("type", "default").c_str());
  if (type != "default" && type != "mrope") {
    return unsupported("This model uses the rope type '" + type.substr(0, 40) + "', which is not supported.",
                       "Use the checkpoint without context extension.");
  }
  const bool qwen = family == ModelFamily::kQwen3Vl;
  out.rope_theta = r.number("rope_theta", 1.0, 1e12, qwen ? 500000.0 : 10000.0);
  const double partial = qwen ? 1.0 : r.number("partial_rotary_factor", 0.0, 1.0, 1.0);
  out.rotary_dim = static_cast<std::int64_t>(static_cast<double>(out.head_dim) * partial);
  out.mrope_section = r.find("mrope_section") != nullptr ? r.integers("mrope_section", 0, 4096, 3)
                      : qwen                             ? std::vector<std::int64_t>{24, 20, 20}
                                                         : std::vector<std::int64_t>{8, 12, 12};
  if (!r.problem().empty()) return damaged(r.problem());
  if (out.mrope_section.size() != 3 || out.rotary_dim % 2 != 0 || out.rotary_dim <= 0) {
    return damaged("mrope_section does not have three parts");
  }
  const std::int64_t sum = out.mrope_section[0] + out.mrope_section[1] + out.mrope_section[2];
  if (sum != out.rotary_dim / 2)
    return damaged("mrope_section does not add up to half the rotated part of a head");
  return {};
}

Result<TextConfig> read_text(const json& text, ModelFamily family) {
  JsonReader r(text, "text_config.");
  TextConfig out;
  out.vocab_size = r.integer("vocab_size", 1, 1 << 22);
  out.hidden_size = r.integer("hidden_size", 1, kMaxWidth);
  out.intermediate_size = r.integer("intermediate_size", 1, kMaxWidth * 8);
  out.num_layers = r.integer("num_hidden_layers", 1, kMaxLayers);
  out.num_heads = r.integer("num_attention_heads", 1, 4096);
  out.num_kv_heads = r.integer("num_key_value_heads", 1, 4096, out.num_heads);
  out.head_dim = family == ModelFamily::kQwen3Vl ? r.integer("head_dim", 2, 4096, 128)
                                                 : out.hidden_size / std::max<std::int64_t>(out.num_heads, 1);
  out.max_positions = r.integer("max_position_embeddings", 1, std::int64_t{1} << 31, 32768);
  out.rms_norm_eps = r.number("rms_norm_eps", 0.0, 1.0, family == ModelFamily::kQwen3Vl ? 1e-6 : 1e-5);
  const std::string act = r.word("hidden_act", "silu");
  const bool bias = r.flag("attention_bias", false);
  if (!r.problem().empty()) return damaged(r.problem());
  if (act != "silu")
    return unsupported("This model's activation '" + act.substr(0, 40) + "' is not supported.");
  if (bias && family == ModelFamily::kQwen3Vl) {
    return unsupported("This Qwen3-VL checkpoint has biases in its attention, which is not supported.");
  }
  if (out.num_heads % out.num_kv_heads != 0)
    return damaged("num_attention_heads is no multiple of num_key_value_heads");
  if (out.head_dim < 2 || out.head_dim % 2 != 0) return damaged("the heads' width is odd");
  if (auto rope = read_rope(text, family, out); !rope) return std::move(rope).error();
  return out;
}

Result<VisionConfig> read_vision(const json& vision, ModelFamily family, std::int64_t text_hidden) {
  JsonReader r(vision, "vision_config.");
  VisionConfig out;
  const bool qwen = family == ModelFamily::kQwen3Vl;
  out.depth = r.integer("depth", 1, kMaxLayers);
  out.hidden_size = r.integer("hidden_size", 1, kMaxWidth);
  out.num_heads = r.integer("num_heads", 1, 4096);
  out.out_hidden_size = r.integer("out_hidden_size", 1, kMaxWidth);
  const std::int64_t intermediate = r.integer("intermediate_size", 1, kMaxWidth * 8);
  out.mlp_size = qwen ? intermediate : out.out_hidden_size;
  out.merger_mlp_size = qwen ? 0 : intermediate;
  out.patch_size = r.integer("patch_size", 1, 256);
  out.temporal_patch_size = r.integer("temporal_patch_size", 1, 16, 2);
  out.spatial_merge_size = r.integer("spatial_merge_size", 1, 16, 2);
  out.in_channels = r.integer("in_channels", 1, 16, 3);
  out.norm_eps = qwen ? 1e-6 : r.number("rms_norm_eps", 0.0, 1.0, 1e-5);
  out.qkv_bias = qwen || r.flag("attention_bias", false);
  if (const json* rope = r.find("rope_parameters"); rope != nullptr && rope->is_object()) {
    JsonReader nested(*rope, "vision_config.rope_parameters.");
    out.rope_theta = nested.number("rope_theta", 1.0, 1e12, 10000.0);
    if (!nested.problem().empty()) return damaged(nested.problem());
  }
  const std::string act = r.word("hidden_act", qwen ? "gelu_pytorch_tanh" : "silu");
  if (qwen) {
    const std::int64_t positions = r.integer("num_position_embeddings", 1, 1 << 20);
    out.position_side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(positions)));
    if (out.position_side * out.position_side != positions)
      r.wrong("num_position_embeddings", "is no square number");
    out.deepstack_layers = r.integers("deepstack_visual_indexes", 0, out.depth - 1, kMaxLayers);
  } else {
    out.position_side = r.integer("image_size", 1, 1 << 16) / out.patch_size;
  }
  if (!r.problem().empty()) return damaged(r.problem());
  if (act != (qwen ? "gelu_pytorch_tanh" : "silu")) {
    return unsupported("This vision tower's activation '" + act.substr(0, 40) + "' is not supported.");
  }
  if (out.hidden_size % out.num_heads != 0 || out.head_dim() % 4 != 0) {
    return damaged("vision_config.hidden_size does not split into its heads");
  }
  if (out.in_channels != 3 || out.temporal_patch_size != 2 || out.spatial_merge_size != 2) {
    return unsupported(
        "This vision tower's patches have another form than two frames of three colours merged 2 × 2.");
  }
  if (out.position_side < 1) return damaged("vision_config.image_size is smaller than a patch");
  if (out.out_hidden_size != text_hidden)
    return damaged("vision_config.out_hidden_size is not the decoder's hidden_size");
  return out;
}

Result<StoredIntegers> read_integers(const json& object) {
  JsonReader r(object, "quantization_config.");
  StoredIntegers out;
  const std::int64_t bits = r.integer("bits", 4, 8);
  if (bits != 4 && bits != 8) r.wrong("bits", "is neither 4 nor 8");
  out.weights.format = bits == 8 ? WeightFormat::kInt8 : WeightFormat::kInt4;
  const std::int64_t group = r.integer("group_size", kWholeRow, 128);
  if (!is_weight_group(bits, group)) r.wrong("group_size", "is not 32, 64 or 128");
  out.weights.group = static_cast<int>(group);
  out.weights.vision = r.flag("vision", false);
  out.weights.head = r.flag("head", false);
  out.parameters = r.integer("parameters", 1, std::int64_t{1} << 50);
  const std::string made_from = r.word("made_from", "");
  bool known = false;
  for (const StoredType type : {StoredType::kFloat32, StoredType::kBFloat16, StoredType::kFloat16}) {
    if (made_from != stored_type_name(type)) continue;
    out.made_from = type;
    known = true;
  }
  if (!known) r.wrong("made_from", "is not fp32, bf16 or fp16");
  if (!r.problem().empty()) return damaged(r.problem());
  return out;
}

std::optional<ModelFamily> family_of(const std::string& model_type) {
  if (model_type == "qwen3_vl") return ModelFamily::kQwen3Vl;
  if (model_type == "glm4v" || model_type == "glm46v") return ModelFamily::kGlm4v;
  return std::nullopt;
}

}  // namespace

std::string_view family_name(ModelFamily family) {
  return family == ModelFamily::kQwen3Vl ? "Qwen3-VL" : "GLM-4V";
}

std::uint64_t ModelConfig::kv_bytes_per_token(std::uint64_t element, KvCacheType type) const {
  return static_cast<std::uint64_t>(text.num_layers * text.num_kv_heads) *
         kv_head_bytes(text.head_dim, type, element);
}

Result<void> check_weights(const WeightOptions& asked) {
  if (asked.format != WeightFormat::kInt4 || is_weight_group(4, group_or_usual(asked.group, 4))) return {};
  return Error{ErrorCode::kInvalidArgument, "A row of four-bit numbers is too long for one scale.",
               "Use groups of 32, 64 or 128, or int8.", "weights_group"};
}

Result<WeightOptions> held_weights(const WeightOptions& asked, const ModelConfig& config) {
  if (auto checked = check_weights(asked); !checked) return std::move(checked).error();
  if (!config.integers) {
    WeightOptions held = asked;
    if (asked.format == WeightFormat::kFloat && !config.scheme) held.format = WeightFormat::kModel;
    return held;
  }
  const WeightOptions& stored = config.integers->weights;
  const bool same = asked.format == stored.format && (asked.group == 0 || asked.group == stored.group) &&
                    (stored.vision || !asked.vision) && (stored.head || !asked.head);
  if (asked.format == WeightFormat::kModel || same) return stored;
  return Error{ErrorCode::kInvalidArgument,
               "The model's weights are " + std::string(weight_format_name(stored.format)) + " by " +
                   (stored.group == kWholeRow ? "row" : std::to_string(stored.group)) + " already.",
               "Leave --weights out, or start from the model in bf16.", "weights"};
}

Result<ModelConfig> parse_model_config(std::string_view json_text) {
  constexpr std::size_t kMaxBytes = 4U << 20;
  if (json_text.size() > kMaxBytes) return damaged("it is larger than 4 MB");
  int deepest = 0;
  const json root = json::parse(
      json_text,
      [&deepest](int depth, json::parse_event_t, json&) {
        deepest = std::max(deepest, depth);
        return depth <= 32;
      },
      false);
  if (deepest > 32) return damaged("it is nested too deeply");
  if (!root.is_object()) return damaged("it is not a JSON object");

  JsonReader r(root, "");
  const std::string type = r.word("model_type", "");
  const auto family = family_of(type);
  if (!family) {
    return unsupported("This model's type is '" + type.substr(0, 60) + "'.",
                       "Fovea runs Qwen3-VL (dense) and GLM-4.6V-Flash or GLM-4.1V models.");
  }
  if (!root.contains("vision_config") || !root["vision_config"].is_object())
    return damaged("vision_config is missing");

  ModelConfig config;
  config.family = *family;
  config.architecture = type;
  if (root.contains("architectures") && root["architectures"].is_array() && !root["architectures"].empty() &&
      root["architectures"][0].is_string()) {
    config.architecture = root["architectures"][0].get<std::string>();
  }
  if (root.contains("quantization_config") && !root["quantization_config"].is_null()) {
    const json& quantization = root["quantization_config"];
    if (quantization.is_object() && quantization.value("quant_method", json()) == "fovea") {
      auto integers = read_integers(quantization);
      if (!integers) return std::move(integers).error();
      config.integers = *integers;
    } else {
      auto scheme = read_quantization_scheme(quantization);
      if (!scheme) return std::move(scheme).error();
      config.scheme = *scheme;
    }
  }

  // A flat GLM-4.1V file keeps the decoder's keys at the root.
  const bool nested = root.contains("text_config") && root["text_config"].is_object();
  if (!nested && *family == ModelFamily::kQwen3Vl) return damaged("text_config is missing");
  const json& text = nested ? root["text_config"] : root;
  auto text_config = read_text(text, *family);
  if (!text_config) return std::move(text_config).error();
  config.text = std::move(text_config).value();
  auto vision = read_vision(root["vision_config"], *family, config.text.hidden_size);
  if (!vision) return std::move(vision).error();
  config.vision = std::move(vision).value();

  config.note = r.word("fovea_note", "").substr(0, 400);
  const bool glm = *family == ModelFamily::kGlm4v;
  JsonReader text_reader(text, "text_config.");
  config.tie_word_embeddings = r.flag("tie_word_embeddings", false) ||
                               (glm && nested && text_reader.flag("tie_word_embeddings", false));
  const std::int64_t last = config.text.vocab_size - 1;
  config.image_token_id =
      r.integer("image_token_id", 0, last, glm ? std::int64_t{151343} : std::int64_t{151655});
  config.video_token_id =
      r.integer("video_token_id", 0, last, glm ? std::int64_t{151344} : std::int64_t{151656});
  if (glm) {
    config.video_start_token_id = r.integer("video_start_token_id", 0, last, std::int64_t{151341});
    config.video_end_token_id = r.integer("video_end_token_id", 0, last, std::int64_t{151342});
  }
  if (!r.problem().empty()) return damaged(r.problem());
  return config;
}

Result<ModelConfig> load_model_config(const std::filesystem::path& folder) {
  std::ifstream in(folder / "config.json", std::ios::binary);
  if (!in) {
    return Error{ErrorCode::kNotFound, "There is no config.json in the model's folder.",
                 "Name a folder in Hugging Face layout.", ""};
  }
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return parse_model_config(text);
}

}  // namespace fovea
