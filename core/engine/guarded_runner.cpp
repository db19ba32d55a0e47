#include "core/engine/guarded_runner.h"

#include "core/output/sampler.h"

#include <algorithm>
#include <new>
#include <utility>

namespace fovea {

Error out_of_memory_error() {
  return {ErrorCode::kOutOfMemory, "There is not enough memory for this question.",
          "Use smaller pictures or a shorter text.", ""};
}

Error internal_error() {
  return {ErrorCode::kInternal, "The engine failed on this question.", "Ask again, or report it.", ""};
}

namespace {

StepPart without_guesses(StepPart part) {
  part.ids = part.ids.first(part.ids.size() - static_cast<std::size_t>(part.drafts));
  part.logits = std::max<std::int64_t>(0, part.logits - part.drafts);
  part.drafts = 0;
  return part;
}

}  // namespace

std::span<Result<PartLogits>> GuardedRunner::step(std::span<const StepPart> parts) {
  copies_.clear();
  try {
    results_ = runner_.step(parts);
    if (!spoiled_by_guesses(parts)) return results_;
  } catch (const std::bad_alloc&) {
    drop_caches_();
  } catch (...) {
  }
  results_.clear();
  for (const StepPart& part : parts) results_.push_back(alone(without_guesses(part)));
  return results_;
}

/// Nought times a guess's value is no number where that value is none, so it can reach the row before it.
bool GuardedRunner::spoiled_by_guesses(std::span<const StepPart> parts) const {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].drafts == 0) continue;
    if (!results_[i] || !all_finite(results_[i]->first(runner_.vocabulary()))) return true;
  }
  return false;
}

Result<PartLogits> GuardedRunner::alone(const StepPart& part) {
  try {
    std::vector<Result<PartLogits>> one = runner_.step({&part, 1});
    if (!one.front()) return std::move(one.front());
    copies_.emplace_back(one.front()->begin(), one.front()->end());
    return PartLogits(copies_.back());
  } catch (const std::bad_alloc&) {
    drop_caches_();
    return in_halves(part);
  } catch (...) {
    return internal_error();
  }
}

Result<PartLogits> GuardedRunner::in_halves(const StepPart& part) {
  const std::int64_t size = std::ssize(part.ids);
  const std::int64_t half = std::min(size / 2, size - part.logits);
  if (half == 0) return out_of_memory_error();
  StepPart first = part;
  first.ids = part.ids.first(static_cast<std::size_t>(half));
  first.logits = 0;
  if (auto read = alone(first); !read) return read;
  StepPart second = part;
  second.begin += half;
  second.ids = part.ids.subspan(static_cast<std::size_t>(half));
  return alone(second);
}

Result<VisionProgress> GuardedRunner::encode_piece(PreparedRequest& request, std::int64_t first_token) {
  for (bool again : {true, false}) {
    try {
      return runner_.encode_piece(request, first_token);
    } catch (const std::bad_alloc&) {
      if (again) drop_caches_();
    } catch (...) {
      return internal_error();
    }
  }
  return out_of_memory_error();
}

}  // namespace fovea
