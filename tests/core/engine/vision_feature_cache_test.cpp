#include "core/engine/vision_feature_cache.h"

#include <ATen/ops/full.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

constexpr VisionGrid kGrid{1, 4, 2};

at::Tensor patches(double value) {
  return at::full({8, 6}, value, at::TensorOptions().dtype(at::kFloat));
}

/// 4 rows of 10 fp32: 160 bytes, and as many for the tap.
VisionFeatures features(double value) {
  const at::Tensor rows = at::full({4, 10}, value, at::TensorOptions().dtype(at::kFloat));
  return {rows, {rows.clone()}};
}

TEST(VisionFeatureCache, FindsByContentAndGrid) {
  VisionFeatureCache cache(1 << 20);
  const auto key = cache.key_of(patches(1), kGrid);
  EXPECT_FALSE(cache.find(key));
  cache.keep(key, features(7));
  const auto found = cache.find(cache.key_of(patches(1), kGrid));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->merged[0][0].item<float>(), 7.0F);
  EXPECT_EQ(found->deepstack.size(), 1U);
  EXPECT_FALSE(cache.find(cache.key_of(patches(2), kGrid))) << "another picture";
  EXPECT_FALSE(cache.find(cache.key_of(patches(1), {1, 2, 4}))) << "another grid";
  at::Tensor nearly = patches(1);
  nearly[7][5] = 1.0000001F;
  EXPECT_FALSE(cache.find(cache.key_of(nearly, kGrid))) << "one bit";
  EXPECT_EQ(cache.hits(), 1);
  EXPECT_EQ(cache.misses(), 4);
}

TEST(VisionFeatureCache, LetsTheLeastRecentlyUsedGo) {
  VisionFeatureCache cache(3 * 320);
  for (int i = 0; i < 3; ++i) cache.keep(cache.key_of(patches(i), kGrid), features(i));
  EXPECT_EQ(cache.bytes(), 3U * 320);
  EXPECT_TRUE(cache.find(cache.key_of(patches(0), kGrid)));
  cache.keep(cache.key_of(patches(3), kGrid), features(3));
  EXPECT_EQ(cache.bytes(), 3U * 320);
  EXPECT_FALSE(cache.find(cache.key_of(patches(1), kGrid)));
  for (const int kept : {0, 2, 3}) EXPECT_TRUE(cache.find(cache.key_of(patches(kept), kGrid))) << kept;
}

TEST(VisionFeatureCache, KeepsNothingLargerThanItsBudget) {
  VisionFeatureCache cache(319);
  cache.keep(cache.key_of(patches(0), kGrid), features(0));
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_FALSE(cache.find(cache.key_of(patches(0), kGrid)));
}

TEST(VisionFeatureCache, HasASecretOfItsOwn) {
  EXPECT_NE(VisionFeatureCache(0).key_of(patches(0), kGrid), VisionFeatureCache(0).key_of(patches(0), kGrid));
}

}  // namespace
}  // namespace fovea
