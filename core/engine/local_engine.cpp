#include "core/engine/local_engine.h"

#include "core/api/request_check.h"
#include "core/device/process_memory.h"

#include <algorithm>
#include <utility>

namespace fovea {
namespace {

SchedulingOptions with_numbers(const SchedulingOptions& options) {
  return options.mode == SchedulingMode::kCustom ? options : scheduling_preset(options.mode);
}

BlockManager pool_of(ModelRunner& runner, bool prefix_cache) {
  const KvShape shape = runner.kv_shape();
  return {shape.blocks, shape.block_tokens, prefix_cache,
          [&runner](std::int64_t blocks) { return runner.reserve_blocks(blocks); }};
}

/// Some 60 tokens of text, a picture of 224 × 224 and a tiny one, which says what a look takes at least: as
/// long as a short step, for what takes seconds with a large model would hold up who asks meanwhile.
GenerationRequest calibration_question() {
  constexpr int kSides[] = {224, 64};
  constexpr int kWords = 60;
  constexpr int kAnswer = 4;  // its steps of one row each say what reading the weights takes
  std::string text;
  for (int i = 0; i < kWords; ++i) text += " word";
  GenerationRequest request;
  Message message;
  for (const int side : kSides) {
    const auto bytes = std::size_t{3} * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    auto picture = std::make_shared<RgbImage>(RgbImage{side, side, std::vector<std::uint8_t>(bytes, 128)});
    message.content.emplace_back(ImagePart{{"", nullptr, std::move(picture)}});
  }
  message.content.emplace_back(TextPart{std::move(text)});
  request.messages.push_back(std::move(message));
  request.sampling.temperature = 0.0;
  request.max_new_tokens = kAnswer;
  request.ignore_eos = true;
  request.thinking = Thinking::kOff;
  request.image_budget.min_pixels = kSides[1] * kSides[1];  // as small as it is
  return request;
}

}  // namespace

LocalEngine::LocalEngine(std::unique_ptr<ModelRunner> runner, const SchedulingOptions& scheduling,
                         bool prefix_cache, std::int64_t draft_tokens, std::uint64_t answer_cache_bytes)
    : runner_(std::move(runner)),
      block_bytes_(runner_->kv_shape().block_bytes),
      draft_tokens_(std::clamp<std::int64_t>(draft_tokens, 0, Scheduler::kDraftedStep - 1)),
      // Each request in a step has a row of logits, and guesses as many as they are.
      room_(runner_->memory_room(Scheduler::kDraftedStep)),
      // Under a limit, answers leave most of what is shared to requests.
      answers_(room_.known() ? std::min(answer_cache_bytes, room_.shared() / 4) : answer_cache_bytes),
      guarded_(*runner_, [this] { drop_caches(); }),
      scheduler_(pool_of(*runner_, prefix_cache), with_numbers(scheduling), room_),
      preparer_([this] { prepare_loop(); }),
      stepper_([this] { step_loop(); }) {}

LocalEngine::~LocalEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, sequence] : live_) sequence->cancelled = true;
  }
  changed_.notify_all();
  preparer_.join();
  stepper_.join();
}

Result<RequestId> LocalEngine::submit(GenerationRequest request, EventSink sink) {
  return enter(std::move(request), std::move(sink), false);
}

void LocalEngine::calibrate() {
  static_cast<void>(enter(
      calibration_question(), [](const GenerationEvent&) {}, true));
}

Result<RequestId> LocalEngine::enter(GenerationRequest request, EventSink sink, bool calibrates) {
  if (auto checked = validate(request); !checked) return std::move(checked).error();
  std::shared_ptr<CompiledSchema> schema;
  if (!request.response_schema.empty()) {
    auto compiled = schemas_.get(request.response_schema);
    if (!compiled) {
      Error error = std::move(compiled).error();
      error.field = "response_schema" + error.field;
      return error;
    }
    schema = std::move(*compiled);
  }
  SequencePtr sequence;
  std::int64_t ahead = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error{ErrorCode::kEngineFailed, "The engine is shutting down.", "", ""};
    if (failure_) return *failure_;
    if (calibrates && !live_.empty()) return Error{ErrorCode::kBusy, "Somebody asks already.", "", ""};
    if (const auto made_up = live_.find(calibrating_); made_up != live_.end())
      made_up->second->cancelled = true;
    if (live_.size() - scheduler_.running().size() >= kMaxWaiting) {
      ++refused_;
      return Error{ErrorCode::kBusy,
                   "The queue is full: " + std::to_string(kMaxWaiting) + " questions are waiting.",
                   "Try again when some are answered.", ""};
    }
    sequence = std::make_shared<Sequence>(next_id_++, std::move(request), std::move(sink), std::move(schema));
    sequence->submitted = now();
    if (const double seconds = sequence->request.deadline_seconds; seconds > 0) {
      sequence->deadline = sequence->submitted + seconds;
    }
    if (calibrates) calibrating_ = sequence->id;
    ahead = static_cast<std::int64_t>(live_.size());
    live_.emplace(sequence->id, sequence);
  }
  sequence->emit(Queued{ahead});
  {
    const std::lock_guard lock(mutex_);
    scheduler_.add(*sequence);
  }
  changed_.notify_all();
  return sequence->id;
}

void LocalEngine::cancel(RequestId request) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = live_.find(request);
    if (it == live_.end()) return;
    it->second->cancelled = true;
  }
  changed_.notify_all();
}

EngineMetrics LocalEngine::metrics() const {
  EngineMetrics out;
  out.weights_bytes = runner_->info().weights_bytes;
  const VisionCacheUse vision = runner_->vision_cache();
  out.vision_cache_bytes = vision.bytes;
  out.vision_cache_hits = vision.hits;
  out.vision_cache_misses = vision.misses;
  const AnswerCache::Use answers = answers_.use();
  out.answer_cache_bytes = answers.bytes;
  out.answer_cache_hits = answers.hits;
  out.answer_cache_misses = answers.misses;
  const ProcessMemory memory = process_memory();
  out.resident_bytes = memory.resident;
  out.peak_bytes = memory.peak;
  const std::lock_guard lock(mutex_);
  const BlockManager& blocks = scheduler_.blocks();
  out.running = std::ssize(scheduler_.running());
  out.waiting = static_cast<std::int64_t>(live_.size()) - out.running;
  out.finished = finished_;
  out.refused = refused_;
  out.preemptions = scheduler_.preemptions();
  out.steps = steps_;
  out.last_batch = last_batch_;
  out.kv_blocks_used = blocks.used();
  out.kv_blocks_kept = blocks.kept();
  out.kv_blocks_total = blocks.total();
  out.prefix_tokens_reused = scheduler_.prefix_tokens_reused();
  out.prefix_tokens_read = scheduler_.prefix_tokens_read();
  out.kv_cache_bytes = static_cast<std::uint64_t>(blocks.used() + blocks.kept()) * block_bytes_;
  out.memory_limit_bytes = room_.usable();
  out.memory_planned_bytes = planned_bytes();
  return out;
}

SchedulingOptions LocalEngine::scheduling() const {
  const std::lock_guard lock(mutex_);
  return scheduler_.options();
}

Result<void> LocalEngine::set_scheduling(const SchedulingOptions& options) {
  if (Result<void> checked = validate(options); !checked) return checked;
  {
    const std::lock_guard lock(mutex_);
    scheduler_.set_options(with_numbers(options));
  }
  changed_.notify_all();
  return {};
}

void LocalEngine::wait_until(std::unique_lock<std::mutex>& lock, double time) {
  if (time == kNever) return changed_.wait(lock);
  changed_.wait_for(lock, std::chrono::duration<double>(std::clamp(time - now(), 0.0, 3600.0)));
}

LocalEngine::SequencePtr LocalEngine::forget(Sequence& sequence, bool spoiled) {
  scheduler_.end(sequence, spoiled);
  if (sequence.id != calibrating_) ++finished_;
  const auto it = live_.find(sequence.id);
  SequencePtr taken = std::move(it->second);
  live_.erase(it);
  changed_.notify_all();
  return taken;
}

}  // namespace fovea
