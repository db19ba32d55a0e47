#pragma once

#include "core/device/compute.h"
#include "core/model/config.h"
#include "core/model/kv_pool.h"
#include "core/model/linear.h"
#include "core/model/progress.h"
#include "core/model/text_rope.h"
#include "core/model/weight_source.h"

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Features of a step's placeholders.
struct FeatureRows {
  at::Tensor positions;              ///< [v] int64: rows of the step
  at::Tensor merged;                 ///< [v, hidden]: what stands there instead of the embedding
  std::vector<at::Tensor> by_layer;  ///< each [v, hidden]: what DeepStack adds after the first layers
};

/// Rows of several sequences that go through the layers together. Tensors are where the model computes.
struct DecoderStep {
  at::Tensor ids;  ///< [n] int64
  std::span<const FeatureRows> features;
  RopeTables rope;                    ///< of the n rows
  std::span<const PagedRows> rows;    ///< where they belong, in order
  std::span<const PagedRows> wanted;  ///< those whose hidden state is wanted, in order
};

/// The decoder of both families: embedding, layers, final norm, head. Immutable after loading. With
/// our own kernels a row's result depends on its own sequence only, bit for bit.
class Decoder {
 public:
  /// Computes with weights.compute(), which must outlive it.
  Decoder(const ModelConfig& config, WeightSource& weights);

  /// Runs the rows through all layers and writes their keys and values into the pool. Returns the hidden
  /// state of the wanted rows after the final norm, [w, hidden]; undefined if the observer stopped it.
  at::Tensor forward(const DecoderStep& step, KvPool& pool, const ComputeObserver& observer) const;

  /// hidden [w, hidden] → logits [w, vocab] fp32, rounded to the model's type first as the reference does.
  at::Tensor logits(const at::Tensor& hidden) const;

  /// How the first layer's queries, keys and values are held, see Linear::integer_bits().
  int weight_bits() const { return layers_.front().qkv.integer_bits(); }
  std::uint64_t weight_bytes() const { return bytes_; }
  /// Of those, what every step reads: all but an embedding that is not the head as well.
  std::uint64_t step_weight_bytes() const {
    return head_.defined() && head_.is_same(embedding_) ? bytes_ : bytes_ - embedding_.nbytes();
  }

 private:
  struct Layer {
    at::Tensor input_norm;          ///< [hidden]
    at::Tensor attention_out_norm;  ///< [hidden]; GLM only
    at::Tensor mlp_norm;            ///< [hidden]
    at::Tensor mlp_out_norm;        ///< [hidden]; GLM only
    Linear qkv;                     ///< [(heads + 2·kv_heads)·head_dim, hidden]
    Linear out;                     ///< [hidden, heads·head_dim]
    Linear gate_up;                 ///< [2·intermediate, hidden]
    Linear down;                    ///< [hidden, intermediate]
    DecoderHeads heads;
  };

  Layer load_layer(std::int64_t index, WeightSource& weights);
  at::Tensor embed(const DecoderStep& step) const;
  void count(const at::Tensor& weight) { bytes_ += weight.defined() ? weight.nbytes() : 0; }

  const Compute& compute_;
  ModelConfig config_;
  at::Tensor embedding_;   ///< [vocab, hidden]
  at::Tensor head_;        ///< [vocab, hidden]; the embedding itself when tied; undefined when quantized
  Linear quantized_head_;  ///< [vocab, hidden]
  at::Tensor final_norm_;  ///< [hidden]
  std::vector<Layer> layers_;
  std::uint64_t bytes_ = 0;
};

}  // namespace fovea
