#include "core/model/kv_cache.h"

#include "tensor_compare.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(KvCache, KeepsItsRowsWhenItGrows) {
  TextConfig config;
  config.num_layers = 2;
  config.num_kv_heads = 3;
  config.head_dim = 8;
  KvCache cache(config, 4, 1000, at::kBFloat16);
  const at::Tensor rows = test::random_tensor({3, 4, 8}, at::kBFloat16);
  cache.keys(1).copy_(rows);
  cache.values(0).copy_(rows.neg());
  cache.advance(4);
  EXPECT_EQ(cache.bytes(), 4U * 2 * 2 * 3 * 8 * 2);
  cache.reserve(5);
  EXPECT_GE(cache.capacity(), 6) << "grows by half at least";
  EXPECT_EQ(cache.keys(0).size(1), cache.capacity());
  EXPECT_TRUE(test::same_bits(cache.keys(1).narrow(1, 0, 4), rows));
  EXPECT_TRUE(test::same_bits(cache.values(0).narrow(1, 0, 4), rows.neg()));
  const std::int64_t grown = cache.capacity();
  cache.reserve(grown);
  EXPECT_EQ(cache.capacity(), grown) << "no growth without need";
  cache.reserve(999);
  EXPECT_LE(cache.capacity(), 1000);
}

}  // namespace
}  // namespace fovea
