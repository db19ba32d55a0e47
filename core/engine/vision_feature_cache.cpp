#include "core/engine/vision_feature_cache.h"

#include <random>

#include <xxhash.h>

namespace fovea {
namespace {

std::uint64_t bytes_of(const VisionFeatures& features) {
  std::uint64_t bytes = features.merged.nbytes();
  for (const at::Tensor& tap : features.deepstack) bytes += tap.nbytes();
  return bytes;
}

std::uint64_t new_secret() {
  std::random_device random;
  return (static_cast<std::uint64_t>(random()) << 32) | random();
}

}  // namespace

VisionFeatureCache::VisionFeatureCache(std::uint64_t budget) : budget_(budget), secret_(new_secret()) {}

VisionFeatureCache::Key VisionFeatureCache::key_of(const at::Tensor& patches, const VisionGrid& grid) const {
  // The grid is hashed first and seeds the rest: the same patches in another grid are another picture.
  const std::array<std::int64_t, 3> shape = {grid.t, grid.h, grid.w};
  const std::uint64_t seed = XXH3_64bits_withSeed(shape.data(), sizeof(shape), secret_);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(patches.const_data_ptr(), patches.nbytes(), seed);
  return {hash.high64, hash.low64};
}

std::optional<VisionFeatures> VisionFeatureCache::find(const Key& key) {
  const auto place = places_.find(key);
  if (place == places_.end()) {
    ++misses_;
    return std::nullopt;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->features;
}

void VisionFeatureCache::keep(const Key& key, const VisionFeatures& features) {
  const std::uint64_t bytes = bytes_of(features);
  if (bytes > budget_ || places_.contains(key)) return;
  while (bytes_ + bytes > budget_) {
    bytes_ -= entries_.back().bytes;
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({key, features, bytes});
  places_[key] = entries_.begin();
  bytes_ += bytes;
}

void VisionFeatureCache::clear() {
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

}  // namespace fovea
