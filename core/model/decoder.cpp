#include "core/model/decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>

namespace fovea {
namespace {

const std::string kPrefix = "model.language_model.";

/// Which rows of a step `rows` are, [Σ rows] int64.
at::Tensor row_indices(std::span<const PagedRows> rows, at::Device device) {
  std::int64_t n = 0;
  for (const PagedRows& part : rows) n += part.rows;
  at::Tensor out = at::empty({n}, at::TensorOptions().dtype(at::kLong));
  auto* at = out.mutable_data_ptr<std::int64_t>();
  for (const PagedRows& part : rows) {
    for (std::int64_t i = 0; i < part.rows; ++i) *at++ = part.first_row + i;
  }
  return out.to(device);
}

void add_deepstack(at::Tensor& x, std::span<const FeatureRows> features, std::size_t layer) {
  for (const FeatureRows& rows : features) {
    if (layer >= rows.by_layer.size()) continue;
    x.index_copy_(0, rows.positions, x.index_select(0, rows.positions).add_(rows.by_layer[layer]));
  }
}

}  // namespace

Decoder::Decoder(const ModelConfig& config, WeightSource& weights)
    : compute_(weights.compute()), config_(config) {
  const TextConfig& t = config.text;
  const std::string embedding = kPrefix + "embed_tokens.weight";
  const std::string head = "lm_head.weight";
  // A head in the file is used whatever the tie flag says; a head alone serves as embedding too
  // (models.md 1.1).
  const LinearFormat head_format = weights.head();
  const std::vector<std::int64_t> table = {t.vocab_size, t.hidden_size};
  const bool stored_head = weights.has(head) || weights.has_integers(head);
  const bool own_embedding = weights.has(embedding) || !stored_head;
  const bool own_head = own_embedding && (stored_head || !config.tie_word_embeddings);
  embedding_ = weights.tensor(own_embedding ? embedding : head, table);
  count(embedding_);
  const bool prequantized_head = own_head && weights.has_prequantized(head);
  if (head_format.bits == 0 && !prequantized_head) {
    head_ = own_head ? weights.tensor(head, table) : embedding_;
    if (own_head) count(head_);
  } else {
    quantized_head_ = weights.linear(head, t.vocab_size, t.hidden_size, head_format, [&] {
      if (own_head) return weights.tensor(head, table);
      return embedding_.defined() ? embedding_ : weights.tensor(own_embedding ? embedding : head, table);
    });
    bytes_ += quantized_head_.bytes();
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
  at::Tensor qkv_bias;
  if (glm) {
    qkv_bias = weights.stacked({{p + "self_attn.q_proj.bias", {q}},
                                {p + "self_attn.k_proj.bias", {kv}},
                                {p + "self_attn.v_proj.bias", {kv}}});
  }
  const LinearFormat format = weights.layers();
  const auto matrix = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
    return weights.linear(p + name, rows, columns, format, [&] {
      return weights.tensor(p + name, {rows, columns});
    });
  };
  layer.qkv = weights.linear(
      p + "self_attn.qkv_proj.weight", q + 2 * kv, hidden, format,
      [&] {
        return weights.stacked({{p + "self_attn.q_proj.weight", {q, hidden}},
                                {p + "self_attn.k_proj.weight", {kv, hidden}},
                                {p + "self_attn.v_proj.weight", {kv, hidden}}});
      },
      std::move(qkv_bias));
  layer.out = matrix("self_attn.o_proj.weight", hidden, q);
  layer.heads = {
      t.num_heads, t.num_kv_heads, t.head_dim, glm ? RopeStyle::kInterleaved : RopeStyle::kHalves, {},
      {},          t.rms_norm_eps};
  if (glm) {
    layer.attention_out_norm = norm("post_self_attn_layernorm");
    layer.mlp_out_norm = norm("post_mlp_layernorm");
    layer.gate_up = matrix("mlp.gate_up_proj.weight", 2 * t.intermediate_size, hidden);
  } else {
    layer.heads.query_norm = weights.tensor(p + "self_attn.q_norm.weight", {t.head_dim});
    layer.heads.key_norm = weights.tensor(p + "self_attn.k_norm.weight", {t.head_dim});
    count(layer.heads.query_norm);
    count(layer.heads.key_norm);
    layer.gate_up =
        weights.linear(p + "mlp.gate_up_proj.weight", 2 * t.intermediate_size, hidden, format, [&] {
          return weights.stacked({{p + "mlp.gate_proj.weight", {t.intermediate_size, hidden}},
                                  {p + "mlp.up_proj.weight", {t.intermediate_size, hidden}}});
        });
  }
  layer.mlp_norm = norm("post_attention_layernorm");
  layer.down = matrix("mlp.down_proj.weight", hidden, t.intermediate_size);
  bytes_ += layer.qkv.bytes() + layer.out.bytes() + layer.gate_up.bytes() + layer.down.bytes();
  return layer;
}

at::Tensor Decoder::embed(const DecoderStep& step) const {
  at::Tensor x = at::embedding(embedding_, step.ids);
  for (const FeatureRows& rows : step.features) x.index_copy_(0, rows.positions, rows.merged);
  return x;
}

at::Tensor Decoder::forward(const DecoderStep& step, KvPool& pool, const ComputeObserver& observer) const {
  const double eps = config_.text.rms_norm_eps;
  const double scale = 1.0 / std::sqrt(static_cast<double>(config_.text.head_dim));
  const std::int64_t n = step.ids.size(0);
  const auto layers = static_cast<std::int64_t>(layers_.size());
  std::size_t taps = 0;
  for (const FeatureRows& rows : step.features) taps = std::max(taps, rows.by_layer.size());
  // Of the last layer only the wanted rows are wanted, unless DeepStack still adds to others.
  const at::Tensor wanted = row_indices(step.wanted, compute_.device());
  const PlacedRows placed = compute_.place(step.rows);
  const PlacedRows placed_wanted = compute_.place(step.wanted);
  const bool early = wanted.size(0) < n && static_cast<std::int64_t>(taps) < layers;

  at::Tensor x = embed(step);
  at::Tensor normed = compute_.rms_norm(x, layers_.front().input_norm, eps);
  for (std::int64_t i = 0; i < layers; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i)];
    const KvPages& pages = pool.layer(i);
    const bool narrow = early && i + 1 == layers;
    const at::Tensor q = compute_.rotate_into_pages(layer.qkv(normed), step.rope.cos, step.rope.sin,
                                                    layer.heads, placed, pages);
    if (narrow && wanted.size(0) == 0) {
      x = x.narrow(0, 0, 0);
      normed = x;
    } else {
      const at::Tensor attention = compute_.paged_attention(q, pages, narrow ? placed_wanted : placed, scale);
      if (narrow) x = x.index_select(0, wanted);
      at::Tensor delta = layer.out(attention);
      if (layer.attention_out_norm.defined()) delta = compute_.rms_norm(delta, layer.attention_out_norm, eps);
      normed = compute_.add_rms_norm(x, delta, layer.mlp_norm, eps);
      delta = layer.down(compute_.silu_mul(layer.gate_up(normed)));
      if (layer.mlp_out_norm.defined()) delta = compute_.rms_norm(delta, layer.mlp_out_norm, eps);

      const at::Tensor& next_norm =
          i + 1 < layers ? layers_[static_cast<std::size_t>(i) + 1].input_norm : final_norm_;
      if (static_cast<std::size_t>(i) < taps) {
        x.add_(delta);
        add_deepstack(x, step.features, static_cast<std::size_t>(i));
        normed = compute_.rms_norm(x, next_norm, eps);
      } else {
        normed = compute_.add_rms_norm(x, delta, next_norm, eps);
      }
    }
    if (observer && !observer(n * (i + 1) / layers, n)) return {};
  }
  return early || wanted.size(0) == n ? normed : normed.index_select(0, wanted);
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const {
  if (!head_.defined()) return quantized_head_(hidden).to(at::kFloat);
  return head_product(hidden, head_, compute_.products());
}

}  // namespace fovea
