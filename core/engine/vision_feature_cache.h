#pragma once

#include "core/model/vision_tower.h"

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>

#include <ATen/core/Tensor.h>

namespace fovea {

/// What the vision tower made of pictures and clips that were asked about before, found again by content: the
/// patches that the tower would read and their grid. Least recently used features go first once the budget is
/// full. Keys are 128-bit hashes (XXH3) with a secret of this process, so nobody outside can make two
/// pictures that are taken for one. Any thread.
class VisionFeatureCache {
 public:
  using Key = std::array<std::uint64_t, 2>;

  /// `budget`: bytes of features that are kept; 0 keeps nothing.
  explicit VisionFeatureCache(std::uint64_t budget);

  /// patches [n, 3·2·p·p] fp32 contiguous. Cost: one pass over them (some 10 GB/s).
  Key key_of(const at::Tensor& patches, const VisionGrid& grid) const;

  /// The features kept under a key, now the most recently used; nothing if there are none. Counts a hit or a
  /// miss.
  std::optional<VisionFeatures> find(const Key& key);

  /// Whether there are features under a key; counts nothing and leaves their place in the order.
  bool holds(const Key& key) const;

  /// Keeps features unless they are larger than the whole budget.
  void keep(const Key& key, const VisionFeatures& features);

  /// Another budget; what is over it goes.
  void set_budget(std::uint64_t budget);

  /// Lets everything go.
  void clear();

  std::uint64_t bytes() const;
  std::int64_t hits() const;
  std::int64_t misses() const;

 private:
  struct Entry {
    Key key;
    VisionFeatures features;
    std::uint64_t bytes;
  };

  /// The mutex is held.
  void shrink_to(std::uint64_t budget);

  const std::uint64_t secret_;
  mutable std::mutex mutex_;  // guards everything below
  std::uint64_t budget_;
  std::list<Entry> entries_;  ///< most recently used first
  std::map<Key, std::list<Entry>::iterator> places_;
  std::uint64_t bytes_ = 0;
  std::int64_t hits_ = 0;
  std::int64_t misses_ = 0;
};

}  // namespace fovea
