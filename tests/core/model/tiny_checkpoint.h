#pragma once

#include "safetensors_bytes.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::test {

/// Writes tensors of seeded random fp32 numbers, one after the other.
class TinyWeights {
 public:
  /// Uniform in `around` ± spread; spread 0: what keeps a product's size, √(3 / columns).
  void add(const std::string& name, const std::vector<std::int64_t>& shape, double spread = 0.0,
           double around = 0.0) {
    std::int64_t count = 1;
    for (const std::int64_t side : shape) count *= side;
    if (spread == 0.0) spread = std::sqrt(3.0 * static_cast<double>(shape[0]) / static_cast<double>(count));
    const std::size_t begin = data_.size();
    for (std::int64_t i = 0; i < count; ++i) {
      const double unit = static_cast<double>(bits_()) / 4294967296.0 * 2.0 - 1.0;
      const auto value = static_cast<float>(around + spread * unit);
      data_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    header_[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, data_.size()}}};
  }
  void linear(const std::string& name, std::int64_t rows, std::int64_t columns, bool bias) {
    add(name + ".weight", {rows, columns});
    if (bias) add(name + ".bias", {rows}, 0.2);
  }
  void norm(const std::string& name, std::int64_t width, bool bias = false) {
    add(name + ".weight", {width}, 0.3, 1.0);
    if (bias) add(name + ".bias", {width}, 0.2);
  }
  void write(const std::filesystem::path& folder, const nlohmann::json& config) const {
    write_file(folder / "model.safetensors", safetensors_bytes(header_.dump(), data_));
    write_file(folder / "config.json", config.dump());
  }

 private:
  std::mt19937 bits_{7};
  nlohmann::json header_;
  std::string data_;
};

/// Ids of the placeholders and delimiters in the checkpoints below; all ids under 90 are text.
inline constexpr std::int32_t kImageToken = 90, kVideoToken = 91, kVideoStart = 92, kVideoEnd = 93;

/// A Qwen3-VL of `layers` decoder layers, the first two of which DeepStack adds to.
inline void write_tiny_qwen(const std::filesystem::path& folder, std::int64_t layers) {
  const std::int64_t vocab = 100, hidden = 64, inner = 96, heads = 4, kv = 2, dim = 32;
  const std::int64_t depth = 3, width = 32, mlp = 48, patch = 4, wide = 4 * width;
  TinyWeights w;
  const std::string v = "model.visual.";
  w.add(v + "patch_embed.proj.weight", {width, 3, 2, patch, patch});
  w.add(v + "patch_embed.proj.bias", {width}, 0.2);
  w.add(v + "pos_embed.weight", {64, width}, 0.5);
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::string b = v + "blocks." + std::to_string(i) + ".";
    w.norm(b + "norm1", width, true);
    w.norm(b + "norm2", width, true);
    w.linear(b + "attn.qkv", 3 * width, width, true);
    w.linear(b + "attn.proj", width, width, true);
    w.linear(b + "mlp.linear_fc1", mlp, width, true);
    w.linear(b + "mlp.linear_fc2", width, mlp, true);
  }
  for (const std::string& m : {v + "merger", v + "deepstack_merger_list.0", v + "deepstack_merger_list.1"}) {
    w.norm(m + ".norm", m == v + "merger" ? width : wide, true);
    w.linear(m + ".linear_fc1", wide, wide, true);
    w.linear(m + ".linear_fc2", hidden, wide, true);
  }
  const std::string t = "model.language_model.";
  w.add(t + "embed_tokens.weight", {vocab, hidden}, 1.0);
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string l = t + "layers." + std::to_string(i) + ".";
    w.linear(l + "self_attn.q_proj", heads * dim, hidden, false);
    w.linear(l + "self_attn.k_proj", kv * dim, hidden, false);
    w.linear(l + "self_attn.v_proj", kv * dim, hidden, false);
    w.linear(l + "self_attn.o_proj", hidden, heads * dim, false);
    w.norm(l + "self_attn.q_norm", dim);
    w.norm(l + "self_attn.k_norm", dim);
    w.linear(l + "mlp.gate_proj", inner, hidden, false);
    w.linear(l + "mlp.up_proj", inner, hidden, false);
    w.linear(l + "mlp.down_proj", hidden, inner, false);
    w.norm(l + "input_layernorm", hidden);
    w.norm(l + "post_attention_layernorm", hidden);
  }
  w.norm(t + "norm", hidden);
  w.write(folder,
          {{"architectures", {"Qwen3VLForConditionalGeneration"}},
           {"model_type", "qwen3_vl"},
           {"image_token_id", kImageToken},
           {"video_token_id", kVideoToken},
           {"vision_start_token_id", 94},
           {"vision_end_token_id", 95},
           {"tie_word_embeddings", true},
           {"text_config",
            {{"model_type", "qwen3_vl_text"},
             {"vocab_size", vocab},
             {"hidden_size", hidden},
             {"intermediate_size", inner},
             {"num_hidden_layers", layers},
             {"num_attention_heads", heads},
             {"num_key_value_heads", kv},
             {"head_dim", dim},
             {"hidden_act", "silu"},
             {"rms_norm_eps", 1e-6},
             {"attention_bias", false},
             {"max_position_embeddings", 4096},
             {"rope_theta", 10000},
             {"rope_scaling",
              {{"rope_type", "default"}, {"mrope_section", {6, 5, 5}}, {"mrope_interleaved", true}}}}},
           {"vision_config",
            {{"model_type", "qwen3_vl"},
             {"depth", depth},
             {"hidden_size", width},
             {"intermediate_size", mlp},
             {"num_heads", 2},
             {"patch_size", patch},
             {"num_position_embeddings", 64},
             {"deepstack_visual_indexes", {0, 2}},
             {"hidden_act", "gelu_pytorch_tanh"},
             {"in_channels", 3},
             {"spatial_merge_size", 2},
             {"temporal_patch_size", 2},
             {"out_hidden_size", hidden}}}});
}

inline void write_tiny_glm(const std::filesystem::path& folder) {
  const std::int64_t vocab = 100, hidden = 128, inner = 80, layers = 3, heads = 4, kv = 1, dim = 32;
  const std::int64_t depth = 2, width = 32, mlp = 40, patch = 4;
  TinyWeights w;
  const std::string v = "model.visual.";
  w.add(v + "embeddings.position_embedding.weight", {64, width}, 0.5);
  w.add(v + "patch_embed.proj.weight", {width, 3, 2, patch, patch});
  w.add(v + "patch_embed.proj.bias", {width}, 0.2);
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::string b = v + "blocks." + std::to_string(i) + ".";
    w.norm(b + "norm1", width);
    w.norm(b + "norm2", width);
    w.linear(b + "attn.qkv", 3 * width, width, false);
    w.linear(b + "attn.proj", width, width, false);
    w.linear(b + "mlp.gate_proj", hidden, width, false);
    w.linear(b + "mlp.up_proj", hidden, width, false);
    w.linear(b + "mlp.down_proj", width, hidden, false);
  }
  w.linear(v + "merger.proj", hidden, hidden, false);
  w.norm(v + "merger.post_projection_norm", hidden, true);
  w.linear(v + "merger.gate_proj", mlp, hidden, false);
  w.linear(v + "merger.up_proj", mlp, hidden, false);
  w.linear(v + "merger.down_proj", hidden, mlp, false);
  w.norm(v + "post_conv_layernorm", width);
  w.add(v + "downsample.weight", {hidden, width, 2, 2});
  w.add(v + "downsample.bias", {hidden}, 0.2);
  w.norm(v + "post_layernorm", width);
  const std::string t = "model.language_model.";
  w.add(t + "embed_tokens.weight", {vocab, hidden}, 1.0);
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string l = t + "layers." + std::to_string(i) + ".";
    w.linear(l + "self_attn.q_proj", heads * dim, hidden, true);
    w.linear(l + "self_attn.k_proj", kv * dim, hidden, true);
    w.linear(l + "self_attn.v_proj", kv * dim, hidden, true);
    w.linear(l + "self_attn.o_proj", hidden, heads * dim, false);
    w.linear(l + "mlp.gate_up_proj", 2 * inner, hidden, false);
    w.linear(l + "mlp.down_proj", hidden, inner, false);
    for (const char* name :
         {"input_layernorm", "post_attention_layernorm", "post_self_attn_layernorm", "post_mlp_layernorm"}) {
      w.norm(l + name, hidden);
    }
  }
  w.norm(t + "norm", hidden);
  w.linear("lm_head", vocab, hidden, false);
  w.write(folder, {{"architectures", {"Glm4vForConditionalGeneration"}},
                   {"model_type", "glm4v"},
                   {"image_token_id", kImageToken},
                   {"video_token_id", kVideoToken},
                   {"video_start_token_id", kVideoStart},
                   {"video_end_token_id", kVideoEnd},
                   {"tie_word_embeddings", false},
                   {"hidden_size", hidden},
                   {"intermediate_size", inner},
                   {"num_hidden_layers", layers},
                   {"num_attention_heads", heads},
                   {"num_key_value_heads", kv},
                   {"rope_scaling", {{"rope_type", "default"}, {"mrope_section", {2, 3, 3}}}},
                   {"rope_theta", 10000.0},
                   {"partial_rotary_factor", 0.5},
                   {"vocab_size", vocab},
                   {"hidden_act", "silu"},
                   {"rms_norm_eps", 1e-5},
                   {"attention_bias", true},
                   {"max_position_embeddings", 4096},
                   {"vision_config",
                    {{"model_type", "glm4v_vision"},
                     {"depth", depth},
                     {"hidden_size", width},
                     {"intermediate_size", mlp},
                     {"num_heads", 2},
                     {"patch_size", patch},
                     {"image_size", 8 * patch},
                     {"hidden_act", "silu"},
                     {"in_channels", 3},
                     {"spatial_merge_size", 2},
                     {"temporal_patch_size", 2},
                     {"attention_bias", false},
                     {"rms_norm_eps", 1e-5},
                     {"out_hidden_size", hidden}}}});
}

}  // namespace fovea::test
