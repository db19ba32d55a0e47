#include "core/model/decoder.h"

#include "core/device/cpu/activation_kernels.h"
#include "core/device/cpu/bf16_product.h"
#include "core/device/cpu/norm_kernels.h"

#include <cmath>
#include <utility>

#include <ATen/ops/embedding.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

namespace fovea {
namespace {

const std::string kPrefix = "model.language_model.";

}  // namespace

Decoder::Decoder(const ModelConfig& config, WeightSource& weights) : config_(config) {
  const TextConfig& t = config.text;
  const std::string embedding = kPrefix + "embed_tokens.weight";
  const std::string head = "lm_head.weight";
  // A head in the file is used whatever the tie flag says; a head alone serves as embedding too
  // (models.md 1.1).
  if (weights.has(embedding) || !weights.has(head)) {
    embedding_ = weights.tensor(embedding, {t.vocab_size, t.hidden_size});
    count(embedding_);
  }
  if (weights.has(head) || (!config.tie_word_embeddings && weights.has(embedding))) {
    head_ = weights.tensor(head, {t.vocab_size, t.hidden_size});
    count(head_);
  }
  if (!head_.defined()) head_ = embedding_;
  if (!embedding_.defined()) embedding_ = head_;
  if (const LinearFormat format = weights.head(); format.bits != 0) {
    quantized_head_ = Linear(head_, {}, format);
    bytes_ += quantized_head_.bytes();
    if (!head_.is_same(embedding_)) bytes_ -= head_.defined() ? head_.nbytes() : 0;
    head_.reset();
  }
  for (std::int64_t i = 0; i < t.num_layers; ++i) layers_.push_back(load_layer(i, weights));
  final_norm_ = weights.tensor(kPrefix + "norm.weight", {t.hidden_size});
  count(final_norm_);
}

Decoder::Layer Decoder::load_layer(std::int64_t index, WeightSource& weights) {
  const TextConfig& t = config_.text;
  const bool glm = config_.family == ModelFamily::kGlm4v;
  const std::string p = kPrefix + "layers." + std::to_string(index) + ".";
  const std::int64_t hidden = t.hidden_size;
  const std::int64_t q = t.num_heads * t.head_dim;
  const std::int64_t kv = t.num_kv_heads * t.head_dim;
  const auto norm = [&](const std::string& name) {
    at::Tensor weight = weights.tensor(p + name + ".weight", {hidden});
    count(weight);
    return weight;
  };

  Layer layer;
  layer.input_norm = norm("input_layernorm");
  at::Tensor qkv = weights.stacked({{p + "self_attn.q_proj.weight", {q, hidden}},
                                    {p + "self_attn.k_proj.weight", {kv, hidden}},
                                    {p + "self_attn.v_proj.weight", {kv, hidden}}});
  at::Tensor qkv_bias;
  if (glm) {
    qkv_bias = weights.stacked({{p + "self_attn.q_proj.bias", {q}},
                                {p + "self_attn.k_proj.bias", {kv}},
                                {p + "self_attn.v_proj.bias", {kv}}});
  }
  const LinearFormat format = weights.layers();
  layer.qkv = Linear(std::move(qkv), std::move(qkv_bias), format);
  layer.out = Linear(weights.tensor(p + "self_attn.o_proj.weight", {hidden, q}), {}, format);
  layer.heads = {t.num_heads,
                 t.num_kv_heads,
                 t.head_dim,
                 glm ? cpu::RopeStyle::kInterleaved : cpu::RopeStyle::kHalves,
                 {},
                 {},
                 t.rms_norm_eps};
  if (glm) {
    layer.attention_out_norm = norm("post_self_attn_layernorm");
    layer.mlp_out_norm = norm("post_mlp_layernorm");
    layer.gate_up =
        Linear(weights.tensor(p + "mlp.gate_up_proj.weight", {2 * t.intermediate_size, hidden}), {}, format);
  } else {
    layer.heads.query_norm = weights.tensor(p + "self_attn.q_norm.weight", {t.head_dim});
    layer.heads.key_norm = weights.tensor(p + "self_attn.k_norm.weight", {t.head_dim});
    count(layer.heads.query_norm);
    count(layer.heads.key_norm);
    layer.gate_up = Linear(weights.stacked({{p + "mlp.gate_proj.weight", {t.intermediate_size, hidden}},
                                            {p + "mlp.up_proj.weight", {t.intermediate_size, hidden}}}),
                           {}, format);
  }
  layer.mlp_norm = norm("post_attention_layernorm");
  layer.down = Linear(weights.tensor(p + "mlp.down_proj.weight", {hidden, t.intermediate_size}), {}, format);
  bytes_ += layer.qkv.bytes() + layer.out.bytes() + layer.gate_up.bytes() + layer.down.bytes();
  return layer;
}

at::Tensor Decoder::embed(const at::Tensor& ids) const {
  return at::embedding(embedding_, ids);
}

/// q [heads, n, head_dim] against the cache's first `length` rows; returns [n, heads·head_dim].
at::Tensor Decoder::attend(const at::Tensor& q, std::int64_t layer, KvCache& cache,
                           std::int64_t length) const {
  const TextConfig& t = config_.text;
  const double scale = 1.0 / std::sqrt(static_cast<double>(t.head_dim));
  const std::int64_t n = q.size(1);
  const at::Tensor k = cache.keys(layer).narrow(1, 0, length).unsqueeze(0);
  const at::Tensor v = cache.values(layer).narrow(1, 0, length).unsqueeze(0);
  if (n == 1) {
    // The query heads that share a key head are its rows: no key is copied for its group.
    const at::Tensor grouped = q.view({1, t.num_kv_heads, t.num_heads / t.num_kv_heads, t.head_dim});
    return at::scaled_dot_product_attention(grouped, k, v, {}, 0.0, false, scale)
        .reshape({1, t.num_heads * t.head_dim});
  }
  const at::Tensor out =
      at::scaled_dot_product_attention(q.unsqueeze(0), k, v, {}, 0.0, /*is_causal=*/true, scale,
                                       /*enable_gqa=*/t.num_heads != t.num_kv_heads);
  return out.squeeze(0).transpose(0, 1).reshape({n, t.num_heads * t.head_dim});
}

at::Tensor Decoder::forward(at::Tensor x, const RopeTables& rope, KvCache& cache,
                            const DeepstackFeatures* deepstack, const ComputeObserver& observer) const {
  const double eps = config_.text.rms_norm_eps;
  const std::int64_t n = x.size(0);
  const std::int64_t start = cache.length();
  const auto layers = static_cast<std::int64_t>(layers_.size());
  TORCH_CHECK(start == 0 || n == 1);

  at::Tensor normed = cpu::rms_norm(x, layers_.front().input_norm, eps);
  for (std::int64_t i = 0; i < layers; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i)];
    at::Tensor q = cpu::rotate_into_cache(layer.qkv(normed), rope.cos, rope.sin, layer.heads, cache.keys(i),
                                          cache.values(i), start);
    at::Tensor attention = attend(q, i, cache, start + n);
    // Only the last row is wanted of the last layer: its other rows feed nothing.
    if (i + 1 == layers && n > 1) {
      attention = attention.narrow(0, n - 1, 1).contiguous();
      x = x.narrow(0, n - 1, 1).contiguous();
    }
    at::Tensor delta = layer.out(attention);
    if (layer.attention_out_norm.defined()) delta = cpu::rms_norm(delta, layer.attention_out_norm, eps);
    normed = cpu::add_rms_norm(x, delta, layer.mlp_norm, eps);
    delta = layer.down(cpu::silu_mul(layer.gate_up(normed)));
    if (layer.mlp_out_norm.defined()) delta = cpu::rms_norm(delta, layer.mlp_out_norm, eps);

    const bool stacked = deepstack != nullptr && i < static_cast<std::int64_t>(deepstack->by_layer.size());
    const at::Tensor& next_norm =
        i + 1 < layers ? layers_[static_cast<std::size_t>(i) + 1].input_norm : final_norm_;
    if (stacked) {
      x.add_(delta);
      const at::Tensor& features = deepstack->by_layer[static_cast<std::size_t>(i)];
      if (i + 1 < layers) {
        x.index_copy_(0, deepstack->positions, x.index_select(0, deepstack->positions).add_(features));
      }
      normed = cpu::rms_norm(x, next_norm, eps);
    } else {
      normed = cpu::add_rms_norm(x, delta, next_norm, eps);
    }
    if (observer && !observer(n * (i + 1) / layers, n)) return {};
  }
  cache.advance(n);
  return normed;
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const {
  if (!head_.defined()) return quantized_head_(hidden).view({config_.text.vocab_size}).to(at::kFloat);
  if (head_.scalar_type() == at::kBFloat16) return cpu::matvec(hidden.view({hidden.size(-1)}), head_);
  return at::linear(hidden, head_).view({head_.size(0)}).to(at::kFloat);
}

}  // namespace fovea
