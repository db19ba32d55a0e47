#pragma once

#include "core/engine/memory_planner.h"
#include "core/engine/model_runner.h"
#include "core/engine/vision_feature_cache.h"
#include "core/input/prompt_builder.h"
#include "core/model/kv_pool.h"
#include "core/model/vision_language_model.h"

#include <memory>
#include <string>
#include <vector>

namespace fovea {

/// The model on libtorch behind the engine's loop.
///
/// A picture's patches are kept until it is looked at, its features until its place in the prompt is read; a
/// request that is preempted after that is prepared again, and takes them from the cache if they are there.
class TorchModelRunner : public ModelRunner {
 public:
  /// Loads everything that a model's folder holds: settings and tokenizer first (they fail fast), then
  /// weights, then room for keys and values in what is left. `beside_others`: see load_local_engine_beside().
  /// `compute`, if it is given, computes instead of what the options choose: one of a test's.
  static Result<std::unique_ptr<ModelRunner>> load(const EngineOptions& options, const LoadObserver& observer,
                                                   bool beside_others = false,
                                                   std::shared_ptr<const Compute> compute = nullptr);

  ModelInfo info() const override { return info_; }
  const GenerationConfig& generation_config() const override { return generation_; }
  TokenText token_text() const override;
  std::size_t vocabulary() const override;
  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override;
  /// A piece is some blocks of the tower for one picture.
  Result<VisionProgress> encode_piece(PreparedRequest& request, std::int64_t first_token) override;
  std::vector<VisionWork> vision_work(const PreparedRequest& request,
                                      std::int64_t first_token) const override;
  std::vector<Result<PartLogits>> step(std::span<const StepPart> parts) override;
  KvShape kv_shape() const override;
  /// The pool's memory is touched only as it is written, so what counts is what the machine has left. A GPU's
  /// is all there from the beginning.
  bool reserve_blocks(std::int64_t blocks) override;
  void drop_caches() override;
  MemoryRoom memory_room(std::int64_t logits_rows) const override;
  VisionCacheUse vision_cache() const override { return {cache_.bytes(), cache_.hits(), cache_.misses()}; }

 private:
  struct Picture;
  struct Prepared;

  TorchModelRunner(PromptBuilder prompts, GenerationConfig generation,
                   std::unique_ptr<VisionLanguageModel> model, std::uint64_t vision_cache_bytes);

  /// What its pictures take; see PreparedRequest.
  void forecast(Prepared& prepared) const;
  void describe();
  /// `room_` has limit and base.
  Result<void> make_pool(const EngineOptions& options);
  Result<void> compute_step();
  Result<VisionWork> look_at(Prepared& prepared, std::size_t index);

  PromptBuilder prompts_;
  GenerationConfig generation_;
  std::unique_ptr<VisionLanguageModel> model_;
  ModelInfo info_;
  MemoryPlanner planner_;
  MemoryRoom room_;
  std::unique_ptr<KvPool> pool_;
  std::int64_t reserved_blocks_ = 0;
  std::vector<SequenceRows> rows_;  ///< of the last step
  at::Tensor logits_;               ///< [rows, vocab] fp32, of the last step
  VisionFeatureCache cache_;
};

}  // namespace fovea
