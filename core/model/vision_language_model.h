#pragma once

#include "core/api/engine.h"
#include "core/model/config.h"
#include "core/model/decoder.h"
#include "core/model/vision_tower.h"

#include <memory>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Patches of pictures or clips, one after the other.
struct VisionBatch {
  at::Tensor patches;  ///< [n, 3·2·p·p] fp32; undefined when there are none
  std::vector<VisionGrid> grids;
};

/// One sequence that the model is reading or writing. One owner at a time.
struct ModelSequence {
  std::unique_ptr<KvCache> cache;
  std::int64_t rope_delta = 0;
};

/// A checkpoint of either family, ready to compute. Immutable after loading; different sequences may be run
/// from different threads. Functions may throw what ATen throws (c10::Error, std::bad_alloc).
class VisionLanguageModel {
 public:
  /// Checks the whole checkpoint, then reads it. `type` is what is computed in, and what the weights are held
  /// in where `storage` says nothing else.
  static Result<std::unique_ptr<VisionLanguageModel>> load(const std::filesystem::path& folder,
                                                           at::ScalarType type, const WeightOptions& storage,
                                                           const LoadObserver& observer);

  const ModelConfig& config() const { return config_; }
  at::ScalarType type() const { return type_; }
  StoredType stored_type() const { return stored_type_; }
  std::int64_t parameters() const { return parameters_; }
  std::uint64_t weight_bytes() const { return tower_->weight_bytes() + decoder_->weight_bytes(); }

  /// Features of a batch; undefined if the observer stopped the work. No patches: undefined too.
  VisionFeatures encode_vision(const VisionBatch& batch, const ComputeObserver& observer) const;

  /// Reads a prompt whose placeholders the features fill, reserving room for `new_tokens` more. Returns the
  /// logits [vocab] fp32 of the token after it; undefined if stopped. Errors: kInternal (features and
  /// placeholders differ in number), kUnsupported (GLM with pictures and clips together).
  Result<at::Tensor> prefill(ModelSequence& sequence, std::span<const std::int32_t> ids,
                             std::span<const VisionGrid> images, std::span<const VisionGrid> videos,
                             const VisionFeatures& image_features, const VisionFeatures& video_features,
                             std::int64_t new_tokens, const ComputeObserver& observer) const;

  /// Appends one token; returns the logits [vocab] fp32 of the next.
  at::Tensor decode(ModelSequence& sequence, std::int32_t id) const;

 private:
  VisionLanguageModel() = default;

  ModelConfig config_;
  at::ScalarType type_ = at::kFloat;
  StoredType stored_type_ = StoredType::kFloat32;
  std::int64_t parameters_ = 0;
  std::unique_ptr<VisionTower> tower_;
  std::unique_ptr<Decoder> decoder_;
  TextRope rope_;
};

}  // namespace fovea
