#pragma once

#include "core/device/cpu/rope_kernels.h"
#include "core/model/config.h"
#include "core/model/kv_cache.h"
#include "core/model/linear.h"
#include "core/model/progress.h"
#include "core/model/text_rope.h"
#include "core/model/weight_source.h"

#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Features that DeepStack adds to the hidden state after the first layers, at the vision positions of a
/// prompt.
struct DeepstackFeatures {
  at::Tensor positions;              ///< [v] int64: rows of the prompt
  std::vector<at::Tensor> by_layer;  ///< each [v, hidden]
};

/// The decoder of both families: embedding, layers, final norm, head. Immutable after loading, so that
/// several threads may run sequences of their own through it.
class Decoder {
 public:
  Decoder(const ModelConfig& config, WeightSource& weights);

  /// ids [n] int64 → [n, hidden].
  at::Tensor embed(const at::Tensor& ids) const;

  /// Runs x [n, hidden] (changed) through all layers, rows following what the cache holds, and appends their
  /// keys and values. With an empty cache n may be any number; otherwise n is 1. Returns the last row's
  /// hidden state [1, hidden], or undefined if the observer stopped it (the cache is then unusable).
  at::Tensor forward(at::Tensor x, const RopeTables& rope, KvCache& cache, const DeepstackFeatures* deepstack,
                     const ComputeObserver& observer) const;

  /// hidden [1, hidden] → logits [vocab] fp32, rounded to the model's type first as the reference does.
  at::Tensor logits(const at::Tensor& hidden) const;

  std::uint64_t weight_bytes() const { return bytes_; }

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
    cpu::DecoderHeads heads;
  };

  Layer load_layer(std::int64_t index, WeightSource& weights);
  at::Tensor attend(const at::Tensor& q, std::int64_t layer, KvCache& cache, std::int64_t length) const;
  void count(const at::Tensor& weight) { bytes_ += weight.defined() ? weight.nbytes() : 0; }

  ModelConfig config_;
  at::Tensor embedding_;   ///< [vocab, hidden]
  at::Tensor head_;        ///< [vocab, hidden]; the embedding itself when tied; undefined when quantized
  Linear quantized_head_;  ///< [vocab, hidden]
  at::Tensor final_norm_;  ///< [hidden]
  std::vector<Layer> layers_;
  std::uint64_t bytes_ = 0;
};

}  // namespace fovea
