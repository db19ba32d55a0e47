#include "core/input/vision/known_clips.h"

#include <algorithm>

#include <sys/stat.h>

namespace fovea {

KnownClips& KnownClips::shared() {
  static KnownClips known;
  return known;
}

std::optional<KnownClips::Key> KnownClips::key_of(const VideoInput& clip) {
  struct stat file {};
  if (::stat(clip.path.c_str(), &file) != 0) return std::nullopt;
  return Key{{static_cast<std::int64_t>(file.st_dev), static_cast<std::int64_t>(file.st_ino),
              static_cast<std::int64_t>(file.st_size), static_cast<std::int64_t>(file.st_mtim.tv_sec),
              static_cast<std::int64_t>(file.st_mtim.tv_nsec), static_cast<std::int64_t>(file.st_ctim.tv_sec),
              static_cast<std::int64_t>(file.st_ctim.tv_nsec), clip.sampling.first_frame,
              clip.sampling.end_frame}};
}

std::optional<VideoFacts> KnownClips::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(known_.begin(), known_.end(), [&](const auto& one) { return one.first == key; });
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

void KnownClips::add(const Key& key, const VideoFacts& facts) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [&](const auto& one) { return one.first == key; });
  if (known_.size() == kMost) known_.erase(known_.begin());
  known_.emplace_back(key, facts);
}

}  // namespace fovea
