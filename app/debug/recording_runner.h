#pragma once

#include "core/engine/model_runner.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace fovea::debug {

/// Passes everything on to a runner and keeps the first step's logits, which no client of an engine sees.
/// Read them after the request's last event.
class RecordingRunner : public ModelRunner {
 public:
  RecordingRunner(std::unique_ptr<ModelRunner> runner, std::vector<float>& first_logits,
                  std::vector<std::int32_t>& prompt_ids)
      : runner_(std::move(runner)), first_logits_(first_logits), prompt_ids_(prompt_ids) {}

  ModelInfo info() const override { return runner_->info(); }
  const GenerationConfig& generation_config() const override { return runner_->generation_config(); }
  TokenText token_text() const override { return runner_->token_text(); }
  std::size_t vocabulary() const override { return runner_->vocabulary(); }
  std::uint64_t kv_bytes() const override { return runner_->kv_bytes(); }
  VisionCacheUse vision_cache() const override { return runner_->vision_cache(); }

  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override {
    return runner_->prepare(request, clock, stopped);
  }
  Result<std::span<float>> prefill(PreparedRequest& request, std::int64_t new_tokens, StageClock& clock,
                                   const StageObserver& observer) override {
    prompt_ids_ = request.prompt_ids;
    auto logits = runner_->prefill(request, new_tokens, clock, observer);
    if (logits) first_logits_.assign(logits->begin(), logits->end());
    return logits;
  }
  Result<std::span<float>> decode(PreparedRequest& request, std::int32_t id) override {
    return runner_->decode(request, id);
  }

 private:
  std::unique_ptr<ModelRunner> runner_;
  std::vector<float>& first_logits_;
  std::vector<std::int32_t>& prompt_ids_;
};

}  // namespace fovea::debug
