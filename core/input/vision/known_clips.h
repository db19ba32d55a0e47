#pragma once

#include "core/api/picture.h"
#include "core/input/vision/video_loader.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace fovea {

/// What reading clips found of them, so that a file is not decoded again only to count its frames: a forecast
/// asks before the question does, and once more for each budget. The last few. Any thread.
class KnownClips {
 public:
  /// Which file it is, as the system tells files apart and changes of them, and which part of it was asked
  /// for.
  struct Key {
    std::array<std::int64_t, 9> numbers{};
    bool operator==(const Key&) const = default;
  };

  /// Of all that this process reads.
  static KnownClips& shared();

  /// Nothing where there is no such file.
  static std::optional<Key> key_of(const VideoInput& clip);

  std::optional<VideoFacts> find(const Key& key) const;
  void add(const Key& key, const VideoFacts& facts);

 private:
  static constexpr std::size_t kMost = 32;

  mutable std::mutex mutex_;
  std::vector<std::pair<Key, VideoFacts>> known_;  ///< oldest first
};

}  // namespace fovea
