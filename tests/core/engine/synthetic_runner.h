#pragma once

#include "core/engine/model_runner.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace fovea::test {

/// A synthetic model for tests of the engine's loop: no weights, no torch. Its vocabulary is the 256 bytes
/// and an end token; asked with a text, it answers with that text, letter by letter. Words in the question
/// make it misbehave.
class SyntheticRunner : public ModelRunner {
 public:
  static constexpr std::int32_t kEnd = 256;
  static constexpr std::size_t kVocabulary = 257;

  /// Called at each step, to hold it up or to look in.
  std::function<void()> on_prepare = [] {};
  std::function<void()> on_prefill = [] {};
  std::function<void()> on_decode = [] {};
  std::int64_t context = 10'000;
  mutable std::atomic<int> prepared_alive{0};  ///< requests that hold something

  SyntheticRunner() { config_.eos_ids = {kEnd}; }

  ModelInfo info() const override {
    ModelInfo info;
    info.name = "synthetic";
    info.context_tokens = context;
    return info;
  }
  const GenerationConfig& generation_config() const override { return config_; }
  TokenText token_text() const override {
    return {[](std::int32_t id) {
              return id < 256 ? std::string_view(&kBytes[static_cast<std::size_t>(id)], 1) : "";
            },
            [](std::int32_t id) { return id == kEnd; }};
  }
  std::size_t vocabulary() const override { return kVocabulary; }
  std::uint64_t kv_bytes() const override { return 0; }
  VisionCacheUse vision_cache() const override { return {}; }

  Result<std::unique_ptr<PreparedRequest>> prepare(const GenerationRequest& request, StageClock& clock,
                                                   const std::function<bool()>& stopped) const override {
    on_prepare();
    clock.mark(Stage::kTokenize);
    if (stopped()) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
    auto prepared = std::make_unique<Prepared>(*this);
    prepared->answer = std::get<TextPart>(request.messages.at(0).content.at(0)).text;
    if (prepared->answer == "unreadable") return Error{ErrorCode::kInvalidImage, "Can't read it.", "", ""};
    if (prepared->answer == "throw in prepare") throw std::runtime_error("synthetic");
    prepared->prompt_ids.assign(prepared->answer.begin(), prepared->answer.end());
    prepared->shown_prompt = prepared->answer;
    return std::unique_ptr<PreparedRequest>(std::move(prepared));
  }

  Result<std::span<float>> prefill(PreparedRequest& request, std::int64_t, StageClock& clock,
                                   const StageObserver& observer) override {
    on_prefill();
    for (std::int64_t done = 1; done <= 4; ++done) {
      if (!observer({Stage::kPrefill, done, 4})) return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
    }
    clock.mark(Stage::kPrefill);
    return step(static_cast<Prepared&>(request));
  }

  Result<std::span<float>> decode(PreparedRequest& request, std::int32_t) override {
    on_decode();
    return step(static_cast<Prepared&>(request));
  }

 private:
  struct Prepared : PreparedRequest {
    explicit Prepared(const SyntheticRunner& runner) : owner(runner) { ++owner.prepared_alive; }
    ~Prepared() override { --owner.prepared_alive; }
    const SyntheticRunner& owner;
    std::string answer;
    std::size_t at = 0;
  };

  Result<std::span<float>> step(Prepared& request) {
    logits_.assign(kVocabulary, -10.0F);
    if (request.at == 3) {
      if (request.answer == "throw later") throw std::runtime_error("synthetic");
      if (request.answer == "out of memory") throw std::bad_alloc();
      if (request.answer == "not a number") logits_[5] = std::numeric_limits<float>::quiet_NaN();
    }
    const std::size_t id = request.at < request.answer.size()
                               ? static_cast<unsigned char>(request.answer[request.at])
                               : static_cast<std::size_t>(kEnd);
    ++request.at;
    logits_[id] = 10.0F;
    return std::span<float>(logits_);
  }

  static inline const std::string kBytes = [] {
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
    return all;
  }();
  GenerationConfig config_;
  std::vector<float> logits_;
};

}  // namespace fovea::test
