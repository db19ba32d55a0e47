// What LocalEngine knows of a request's memory and time before it runs.
#include "core/api/request_check.h"
#include "core/device/process_memory.h"
#include "core/engine/local_engine.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace fovea {
namespace {

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

/// Of pictures and clips, resized, all frames counted.
std::int64_t pixels_of(const PreparedRequest& prepared) {
  std::int64_t pixels = 0;
  for (const VisionInput& seen : prepared.seen) {
    pixels += std::int64_t{seen.resized_width} * seen.resized_height * std::max(1, seen.grid_t);
  }
  return pixels;
}

}  // namespace

Result<Preview> LocalEngine::preview(const GenerationRequest& request) {
  Result<QuestionPlan> made = plan(request);
  if (!made) return std::move(made).error();
  return std::move(made->preview);
}

Result<QuestionPlan> LocalEngine::plan(const GenerationRequest& request) {
  if (auto checked = validate(request); !checked) return std::move(checked).error();
  try {
    StageClock clock;
    auto made = runner_->prepare(request, clock, [] { return false; });
    if (!made) return std::move(made).error();
    PreparedRequest& prepared = **made;
    QuestionPlan plan;
    Preview& preview = plan.preview;
    preview.prompt_tokens = std::ssize(prepared.prompt_ids);
    preview.memory = memory_forecast(prepared, request.max_new_tokens);
    // What was just made goes again before the question is sent.
    preview.memory->held -= std::min(preview.memory->held, prepared.memory.held);
    preview.ttft_seconds = ttft_forecast(prepared, prepared.token_keys, clock.at_last_mark());
    plan.admission = admission_forecast(prepared);
    preview.vision = std::move(prepared.seen);
    preview.prompt = std::move(prepared.shown_prompt);
    return plan;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for these pictures.",
                 "Use smaller ones.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The preview failed.", "Try again, or report it.", ""};
  }
}

std::int64_t LocalEngine::step_limit() const {
  return Scheduler::step_limit(scheduler_.options(), !scheduler_.running().empty());
}

MemoryForecast LocalEngine::memory_forecast(const PreparedRequest& prepared, std::int64_t answer) const {
  const auto prompt = std::ssize(prepared.prompt_ids);
  MemoryForecast forecast;
  if (!room_.own) forecast.held = process_memory().resident;
  forecast.limit = room_.usable();
  forecast.pictures = prepared.memory.held;
  const std::lock_guard lock(mutex_);
  if (room_.own) forecast.held = planned_bytes();
  const BlockManager& blocks = scheduler_.blocks();
  const std::int64_t wanted = std::min(blocks.blocks_for(prompt + answer), blocks.total());
  forecast.keys_values =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, wanted - blocks.free())) * block_bytes_;
  const std::int64_t rows = std::min(prompt, step_limit());
  forecast.activations = std::max(prepared.memory.peak, room_.step(rows));
  return forecast;
}

std::optional<double> LocalEngine::ttft_forecast(const PreparedRequest& prepared,
                                                 std::span<const std::uint64_t> keys,
                                                 double preparation_seconds) const {
  std::int64_t step_tokens = 0;
  std::int64_t kept = 0;
  {
    const std::lock_guard lock(mutex_);
    step_tokens = step_limit();
    kept = scheduler_.blocks().would_find(keys, std::ssize(keys) - 1);
  }
  const auto reading =
      calibration_.forecast(std::ssize(keys) - kept, runner_->vision_work(prepared, kept), step_tokens);
  return reading ? std::optional(*reading + preparation_seconds) : std::nullopt;
}

AdmissionForecast LocalEngine::admission_forecast(const PreparedRequest& prepared) const {
  const std::int64_t tokens = std::ssize(prepared.prompt_ids);
  AdmissionForecast forecast;
  forecast.needed = prepared.memory.held + std::max(prepared.memory.peak, fewest_rows());
  forecast.room = room_.shared();
  bool waits = false;
  std::uint64_t room_now = 0;
  {
    const std::lock_guard lock(mutex_);
    forecast.most_tokens = std::min(runner_->info().context_tokens, scheduler_.capacity_tokens()) - 1;
    waits = scheduler_.would_wait(tokens, prepared.memory);
    room_now = scheduler_.room_beside_others();
  }
  if (!room_.fits(prepared.memory.held, prepared.memory.peak)) {
    forecast.verdict = AdmissionForecast::Verdict::kTooLarge;
    forecast.fitting_pixels = pixels_for(prepared, forecast.needed, forecast.room);
  } else if (tokens > forecast.most_tokens) {
    forecast.verdict = AdmissionForecast::Verdict::kTooLong;
    std::int64_t of_pictures = 0;
    for (const VisionInput& seen : prepared.seen) of_pictures += seen.tokens;
    const std::int64_t left = forecast.most_tokens - (tokens - of_pictures);
    if (of_pictures > 0 && left > 0) forecast.fitting_pixels = pixels_of(prepared) * left / of_pictures;
  } else if (waits) {
    forecast.verdict = AdmissionForecast::Verdict::kWaits;
    if (room_.known()) {
      forecast.room = room_now;
      if (forecast.needed > room_now)
        forecast.fitting_pixels = pixels_for(prepared, forecast.needed, room_now);
    }
  }
  return forecast;
}

std::uint64_t LocalEngine::fewest_rows() const {
  return room_.step(MemoryRoom::kFewestRows);
}

/// How many pixels `room` bytes would do for: what pictures take grows with their pixels. 0: none.
std::int64_t LocalEngine::pixels_for(const PreparedRequest& prepared, std::uint64_t needed,
                                     std::uint64_t room) const {
  if (room <= fewest_rows()) return 0;
  return static_cast<std::int64_t>(static_cast<double>(pixels_of(prepared)) * static_cast<double>(room) /
                                   static_cast<double>(needed));
}

/// Refuses what could not even come in alone, and says what could.
Result<void> LocalEngine::check_room(const PreparedRequest& prepared) const {
  if (room_.fits(prepared.memory.held, prepared.memory.peak)) return {};
  const std::uint64_t needed = prepared.memory.held + std::max(prepared.memory.peak, fewest_rows());
  std::string remedy =
      "Give the engine more memory (--memory), or hold the weights as integers (--weights int8).";
  if (const std::int64_t some = pixels_for(prepared, needed, room_.shared()); some > 0) {
    remedy = "Use smaller or fewer pictures: about " + std::to_string(some) +
             " pixels in all would fit (--max-pixels). Or give the engine more memory (--memory).";
  }
  return Error{ErrorCode::kOutOfMemory,
               "The question needs " + megabytes(needed) + " beside the model, and " +
                   megabytes(room_.shared()) + " are left under the limit of " + megabytes(room_.limit) + ".",
               std::move(remedy), "messages"};
}

std::uint64_t LocalEngine::planned_bytes() const {
  return room_.base + static_cast<std::uint64_t>(scheduler_.blocks().touched()) * block_bytes_ +
         cached_bytes() + scheduler_.claimed();
}

std::uint64_t LocalEngine::cached_bytes() const {
  return runner_->vision_cache().bytes + answers_.use().bytes + schemas_.use().bytes;
}

void LocalEngine::drop_caches() {
  runner_->drop_caches();
  answers_.clear();
  schemas_.clear();
}

}  // namespace fovea
