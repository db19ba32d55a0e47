#pragma once

#include "core/engine/model_runner.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace fovea::debug {

/// Passes everything on to a runner and keeps the first logits that come while there are none, which no
/// client of an engine sees: of one request at a time. Read and clear them after the request's last event.
class RecordingRunner : public ModelRunner {
 public:
  RecordingRunner(std::unique_ptr<ModelRunner> runner, std::vector<float>& first_logits,
                  std::vector<std::int32_t>& prompt_ids)
      : runner_(std::move(runner)), first_logits_(first_logits), prompt_ids_(prompt_ids) {}

  ModelInfo info() const override { return runner_->info(); }
  const GenerationConfig& generation_config() const override { return runner_->generation_config(); }
  TokenText token_text() const override { return runner_->token_text(); }
  std::size_t vocabulary() const override { return runner_->vocabulary(); }
  VisionCacheUse vision_cache() const override { return runner_->vision_cache(); }

  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override {
    return runner_->prepare(request, clock, stopped);
  }
  Result<VisionProgress> encode_piece(PreparedRequest& request, std::int64_t first_token) override {
    return runner_->encode_piece(request, first_token);
  }
  std::vector<VisionWork> vision_work(const PreparedRequest& request,
                                      std::int64_t first_token) const override {
    return runner_->vision_work(request, first_token);
  }
  std::vector<Result<PartLogits>> step(std::span<const StepPart> parts) override {
    auto logits = runner_->step(parts);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].logits == 0 || !first_logits_.empty() || !logits[i]) continue;
      prompt_ids_ = parts[i].request->prompt_ids;
      first_logits_.assign(logits[i]->begin(), logits[i]->end());
    }
    return logits;
  }
  KvShape kv_shape() const override { return runner_->kv_shape(); }
  bool reserve_blocks(std::int64_t blocks) override { return runner_->reserve_blocks(blocks); }
  void drop_caches() override { runner_->drop_caches(); }
  MemoryRoom memory_room(std::int64_t logits_rows) const override {
    return runner_->memory_room(logits_rows);
  }

 private:
  std::unique_ptr<ModelRunner> runner_;
  std::vector<float>& first_logits_;
  std::vector<std::int32_t>& prompt_ids_;
};

}  // namespace fovea::debug
