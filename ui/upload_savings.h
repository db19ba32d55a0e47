#pragma once

#include "core/api/generation_event.h"
#include "core/api/upload_saving.h"

#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace fovea::ui {

/// What smaller pictures saved on their way to one server, by its engine's request, until somebody asks. Any
/// thread.
class UploadSavings {
 public:
  /// Others ask the same engine, the local server's callers, and nobody takes what is theirs: the oldest go.
  static constexpr std::size_t kKept = 1000;

  void put(RequestId request, const UploadSaving& saving);
  /// Nothing: none of its pictures was made smaller, or it was taken.
  std::optional<UploadSaving> take(RequestId request);

 private:
  std::mutex mutex_;
  std::deque<std::pair<RequestId, UploadSaving>> savings_;
};

}  // namespace fovea::ui
