#pragma once

#include "core/api/engine.h"
#include "core/device/compute.h"
#include "core/model/config.h"
#include "core/model/decoder.h"
#include "core/model/kv_pool.h"
#include "core/model/model_sequence.h"
#include "core/model/progress.h"
#include "core/model/vision_pass.h"
#include "core/model/vision_tower.h"

#include <filesystem>
#include <memory>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Rows of one sequence in a step.
struct SequenceRows {
  const ModelSequence* sequence = nullptr;
  std::int64_t begin = 0;             ///< token index of ids[0]; all tokens before it are in the blocks
  std::span<const std::int32_t> ids;  ///< to be fed, at least one
  std::span<const std::int32_t>
      blocks;                    ///< blocks[i] holds tokens 32·i … 32·i + 31; at least up to the last id
  std::int64_t logits_rows = 0;  ///< how many of the last rows logits are wanted of
};

/// A checkpoint of either family, ready to compute. Immutable after loading; begin(), set_features() and
/// look() from any thread, step() from one thread a pool. Functions may throw what ATen throws (c10::Error,
/// std::bad_alloc). Call under c10::InferenceMode.
class VisionLanguageModel {
 public:
  /// Checks the whole checkpoint, then reads it. `type` is what is computed in, and what the weights are held
  /// in where neither the checkpoint nor `storage` says anything else. `adapter`: a LoRA adapter's folder
  /// that is merged, or empty. `compute`: what it computes with.
  static Result<std::unique_ptr<VisionLanguageModel>> load(
      const std::filesystem::path& folder, at::ScalarType type, const WeightOptions& storage,
      const std::filesystem::path& adapter, const LoadObserver& observer,
      std::shared_ptr<const Compute> compute = own_kernels());

  const ModelConfig& config() const { return config_; }
  const Compute& compute() const { return *compute_; }
  at::ScalarType type() const { return type_; }
  StoredType stored_type() const { return stored_type_; }
  std::int64_t parameters() const { return parameters_; }
  /// Of a weight of the decoder's layers: 8 or 4 where they are integers, else 0.
  int weight_bits() const { return decoder_->weight_bits(); }
  std::uint64_t weight_bytes() const { return tower_->weight_bytes() + decoder_->weight_bytes(); }
  /// Of those, what every step of decoding reads.
  std::uint64_t step_weight_bytes() const { return decoder_->step_weight_bytes(); }

  /// Begins to look at one picture or clip: patches [n, 3·2·p·p] fp32 contiguous, in merge-block order.
  VisionPass look(at::Tensor patches, const VisionGrid& grid) const;

  /// Makes a prompt ready to be fed: finds where its pictures and clips stand and the positions of all
  /// tokens. The grids are given in the order of the prompt. Errors: kInternal (grids and placeholders don't
  /// fit together), kUnsupported (GLM with pictures and clips together).
  Result<ModelSequence> begin(std::span<const std::int32_t> prompt, std::span<const VisionGrid> images,
                              std::span<const VisionGrid> videos) const;

  /// Gives the features of sequence.pictures[picture]. Needed before any of its placeholders is fed, so not
  /// for pictures that lie wholly in a part of the prompt whose blocks are there already. Error kInternal:
  /// their number is not that of the placeholders.
  Result<void> set_features(ModelSequence& sequence, std::size_t picture, VisionFeatures features) const;

  /// Runs rows of several sequences through the decoder at once and writes their keys and values into the
  /// pool. A sequence comes up at most once a step, and blocks that it writes to are nobody else's in it.
  /// With our own kernels a row's result has the same bits whatever else is in the step, however a sequence's
  /// tokens are divided over steps, and whichever blocks hold them. Returns the logits [Σ logits_rows, vocab]
  /// fp32 in the order of the rows, where the model computes; undefined if the observer stopped it (the
  /// tokens then count as not fed). The observer hears of every layer, in rows. Error kInternal: a
  /// placeholder is fed whose features are not there.
  Result<at::Tensor> step(std::span<const SequenceRows> rows, KvPool& pool,
                          const ComputeObserver& observer) const;

 private:
  VisionLanguageModel() = default;

  std::shared_ptr<const Compute> compute_;
  ModelConfig config_;
  at::ScalarType type_ = at::kFloat;
  StoredType stored_type_ = StoredType::kFloat32;
  std::int64_t parameters_ = 0;
  std::unique_ptr<VisionTower> tower_;
  std::unique_ptr<Decoder> decoder_;
  TextRope rope_;
};

}  // namespace fovea
