#pragma once

#include "core/engine/model_runner.h"
#include "core/engine/vision_feature_cache.h"
#include "core/input/prompt_builder.h"
#include "core/model/vision_language_model.h"

#include <atomic>
#include <memory>
#include <string>

namespace fovea {

/// The model on libtorch behind the engine's loop.
class TorchModelRunner : public ModelRunner {
 public:
  /// Loads everything that a model's folder holds: settings and tokenizer first (they fail fast), then
  /// weights.
  static Result<std::unique_ptr<ModelRunner>> load(const EngineOptions& options,
                                                   const LoadObserver& observer);

  ModelInfo info() const override { return info_; }
  const GenerationConfig& generation_config() const override { return generation_; }
  TokenText token_text() const override;
  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override;
  Result<std::span<float>> prefill(PreparedRequest& request, std::int64_t new_tokens, StageClock& clock,
                                   const StageObserver& observer) override;
  Result<std::span<float>> decode(PreparedRequest& request, std::int32_t id) override;
  std::size_t vocabulary() const override;
  std::uint64_t kv_bytes() const override { return kv_bytes_; }
  VisionCacheUse vision_cache() const override { return {vision_bytes_, vision_hits_, vision_misses_}; }

 private:
  struct Pictures;
  struct Prepared;

  TorchModelRunner(PromptBuilder prompts, GenerationConfig generation,
                   std::unique_ptr<VisionLanguageModel> model, std::uint64_t vision_cache_bytes);

  /// Gives the sequence the features of its pictures, or of its clips, in turn; kept ones where there are
  /// any. Lets their patches go. kCancelled if the observer stopped it.
  Result<void> look(Prepared& request, Pictures& pictures, bool videos, const StageObserver& observer);

  /// Feeds the next tokens; gives the logits behind the last. kCancelled if the observer stopped it.
  Result<std::span<float>> feed(Prepared& request, std::span<const std::int32_t> ids,
                                const ComputeObserver& observer);

  PromptBuilder prompts_;
  GenerationConfig generation_;
  std::unique_ptr<VisionLanguageModel> model_;
  ModelInfo info_;
  at::Tensor logits_;  ///< [vocab] fp32, of the last step
  VisionFeatureCache cache_;
  std::atomic<std::uint64_t> kv_bytes_{0};
  std::atomic<std::uint64_t> vision_bytes_{0};
  std::atomic<std::int64_t> vision_hits_{0};
  std::atomic<std::int64_t> vision_misses_{0};
};

}  // namespace fovea
