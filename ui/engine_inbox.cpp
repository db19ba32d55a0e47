#include "ui/engine_inbox.h"

#include <algorithm>
#include <iterator>
#include <variant>

namespace fovea::ui {
namespace {

/// Whether `next` went into `last`, which is then all that has to be told.
bool merged(GenerationEvent& last, GenerationEvent& next) {
  if (auto* text = std::get_if<TextDelta>(&last.what)) {
    auto* more = std::get_if<TextDelta>(&next.what);
    if (more == nullptr || more->reasoning != text->reasoning) return false;
    text->text += more->text;
    text->ids.insert(text->ids.end(), more->ids.begin(), more->ids.end());
    text->times.insert(text->times.end(), more->times.begin(), more->times.end());
    std::move(more->logprobs.begin(), more->logprobs.end(), std::back_inserter(text->logprobs));
    return true;
  }
  if (auto* progress = std::get_if<PrefillProgress>(&last.what)) {
    const auto* newer = std::get_if<PrefillProgress>(&next.what);
    if (newer == nullptr || newer->stage != progress->stage) return false;
    *progress = *newer;
    return true;
  }
  return false;
}

}  // namespace

void EngineInbox::push(AskId ask, GenerationEvent event) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return;
  const auto last =
      std::find_if(events_.rbegin(), events_.rend(), [ask](const auto& entry) { return entry.first == ask; });
  if (last != events_.rend() && merged(last->second, event)) return;
  events_.emplace_back(ask, std::move(event));
  if (std::exchange(asleep_, false)) wake_();
}

EngineInbox::Events EngineInbox::take() {
  const std::lock_guard lock(mutex_);
  asleep_ = events_.empty();
  return std::exchange(events_, {});
}

void EngineInbox::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  events_.clear();
}

}  // namespace fovea::ui
