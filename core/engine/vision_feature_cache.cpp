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

VisionFeatureCache::VisionFeatureCache(std::uint64_t budget) : secret_(new_secret()), budget_(budget) {}

VisionFeatureCache::Key VisionFeatureCache::key_of(const at::Tensor& patches, const VisionGrid& grid) const {
  // The grid is hashed first and seeds the rest: the same patches in another grid are another picture.
  const std::array<std::int64_t, 3> shape = {grid.t, grid.h, grid.w};
  const std::uint64_t seed = XXH3_64bits_withSeed(shape.data(), sizeof(shape), secret_);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(patches.const_data_ptr(), patches.nbytes(), seed);
  return {hash.high64, hash.low64};
}

std::optional<VisionFeatures> VisionFeatureCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(key);
  if (place == places_.end()) {
    ++misses_;
    return std::nullopt;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->features;
}

bool VisionFeatureCache::holds(const Key& key) const {
  const std::lock_guard lock(mutex_);
  return places_.contains(key);
}

void VisionFeatureCache::keep(const Key& key, const VisionFeatures& features) {
  const std::uint64_t bytes = bytes_of(features);
  const std::lock_guard lock(mutex_);
  if (bytes > budget_ || places_.contains(key)) return;
  shrink_to(budget_ - bytes);
  entries_.push_front({key, features, bytes});
  places_[key] = entries_.begin();
  bytes_ += bytes;
}

void VisionFeatureCache::set_budget(std::uint64_t budget) {
  const std::lock_guard lock(mutex_);
  budget_ = budget;
  shrink_to(budget);
}

void VisionFeatureCache::clear() {
  const std::lock_guard lock(mutex_);
  shrink_to(0);
}

void VisionFeatureCache::shrink_to(std::uint64_t budget) {
  while (bytes_ > budget) {
    bytes_ -= entries_.back().bytes;
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::uint64_t VisionFeatureCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::int64_t VisionFeatureCache::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

std::int64_t VisionFeatureCache::misses() const {
  const std::lock_guard lock(mutex_);
  return misses_;
}

}  // namespace fovea
