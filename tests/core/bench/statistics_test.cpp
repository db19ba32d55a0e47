#include "core/bench/statistics.h"

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

// Expected: numpy 2.4, np.percentile(x, [50, 90, 99]), np.mean(x), np.std(x, ddof=1).
TEST(Statistics, EqualsNumpy) {
  const Summary s = summarize({3.5, -1.25, 10.0, 4.75, 0.5, 7.125, 2.0});
  EXPECT_EQ(s.count, 7U);
  EXPECT_DOUBLE_EQ(s.mean, 3.8035714285714284);
  EXPECT_DOUBLE_EQ(s.deviation, 3.8755759940574364);
  EXPECT_DOUBLE_EQ(s.median, 3.5);
  EXPECT_DOUBLE_EQ(s.p90, 8.275);
  EXPECT_NEAR(s.p99, 9.8275, 1e-12);
  EXPECT_DOUBLE_EQ(s.min, -1.25);
  EXPECT_DOUBLE_EQ(s.max, 10.0);
}

TEST(Statistics, OneValueIsAllOfThem) {
  const Summary s = summarize({2.5});
  EXPECT_DOUBLE_EQ(s.mean, 2.5);
  EXPECT_DOUBLE_EQ(s.deviation, 0.0);
  EXPECT_DOUBLE_EQ(s.median, 2.5);
  EXPECT_DOUBLE_EQ(s.p99, 2.5);
}

TEST(Statistics, NothingIsZero) {
  EXPECT_EQ(summarize({}).count, 0U);
  EXPECT_DOUBLE_EQ(summarize({}).median, 0.0);
}

}  // namespace
}  // namespace fovea::bench
