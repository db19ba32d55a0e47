#include "core/bench/bootstrap.h"

#include "core/bench/statistics.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

std::vector<double> normal_values(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(10.0, 2.0);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(normal(random));
  return values;
}

TEST(Bootstrap, ReducesAsTheStatisticsDo) {
  const std::vector<double> values = {3.5, -1.25, 10.0, 4.75, 0.5, 7.125, 2.0};
  const Summary s = summarize(values);
  EXPECT_DOUBLE_EQ(statistic_of({values}, Statistic::kMean), s.mean);
  EXPECT_DOUBLE_EQ(statistic_of({values}, Statistic::kMedian), s.median);
  EXPECT_NEAR(statistic_of({values}, Statistic::kP99), s.p99, 1e-12);
  const std::vector<double> seconds = {1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0};
  EXPECT_DOUBLE_EQ(statistic_of({values, seconds}, Statistic::kQuotient), 26.625 / 8.0);
}

// scipy 1.17: stats.bootstrap((x,), np.mean, method='percentile', n_resamples=200000, random_state=1) gives
// (3.3, 7.5), with np.median (2.0, 8.0).
TEST(Bootstrap, BandsAreScipys) {
  const std::vector<double> x = {1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0, 9.0, 12.0};
  const Band mean = band_of(bootstrap({x}, Statistic::kMean, 1, 1), 0.95);
  EXPECT_NEAR(mean.low, 3.3, 0.15);
  EXPECT_NEAR(mean.high, 7.5, 0.15);
  const Band median = band_of(bootstrap({x}, Statistic::kMedian, 1, 1), 0.95);
  EXPECT_NEAR(median.low, 2.0, 0.1);
  EXPECT_NEAR(median.high, 8.0, 0.1);
}

TEST(Bootstrap, BandHoldsTheTruthAsOftenAsItSays) {
  int held = 0;
  constexpr int kSamples = 300;
  for (int i = 0; i < kSamples; ++i) {
    const std::vector<double> values = normal_values(40, 100U + static_cast<unsigned>(i));
    const Band band = band_of(bootstrap({values}, Statistic::kMedian, 5, 1), 0.95);
    held += band.low <= 10.0 && 10.0 <= band.high ? 1 : 0;
  }
  EXPECT_GT(held, kSamples * 90 / 100);
  EXPECT_LT(held, kSamples);
}

TEST(Bootstrap, BlocksSeeThatNeighboursAreAlike) {
  // Each value leans on the one before it (0.8): the mean of 200 such is known less well than of 200 free
  // ones.
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(0.0, 1.0);
  std::vector<double> values = {0.0};
  while (values.size() < 200) values.push_back(0.8 * values.back() + normal(random));
  const Band alone = band_of(bootstrap({values}, Statistic::kMean, 1, 1), 0.95);
  const Band blocks = band_of(bootstrap({values}, Statistic::kMean, 1, 20), 0.95);
  EXPECT_GT(blocks.high - blocks.low, 1.5 * (alone.high - alone.low));
}

TEST(Bootstrap, IsTheSameForTheSameSeed) {
  const std::vector<double> values = normal_values(30, 1);
  EXPECT_EQ(bootstrap({values}, Statistic::kMean, 7), bootstrap({values}, Statistic::kMean, 7));
  EXPECT_NE(bootstrap({values}, Statistic::kMean, 7), bootstrap({values}, Statistic::kMean, 8));
}

TEST(Bootstrap, NothingGivesNothing) {
  EXPECT_TRUE(bootstrap({}, Statistic::kMedian, 1).empty());
  EXPECT_DOUBLE_EQ(band_of({}, 0.95).high, 0.0);
  EXPECT_DOUBLE_EQ(statistic_of({}, Statistic::kQuotient), 0.0);
}

}  // namespace
}  // namespace fovea::bench
