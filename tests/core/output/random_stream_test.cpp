#include "core/output/random_stream.h"

#include <set>

#include <gtest/gtest.h>

namespace fovea {
namespace {

TEST(RandomStream, GivesSplitMix64sPublishedNumbers) {
  RandomStream stream(1234567);
  for (const std::uint64_t wanted : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                     4593380528125082431ULL, 16408922859458223821ULL}) {
    EXPECT_EQ(stream.next(), wanted);
  }
}

TEST(RandomStream, UniformIsTheUpper53Bits) {
  RandomStream bits(7);
  RandomStream uniform(7);
  for (int i = 0; i < 1000; ++i) {
    const double u = uniform.uniform();
    EXPECT_EQ(u, static_cast<double>(bits.next() >> 11) / 9007199254740992.0);
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
}

TEST(RandomStream, DrawnSeedsDiffer) {
  std::set<std::uint64_t> seeds;
  for (int i = 0; i < 16; ++i) seeds.insert(draw_seed());
  EXPECT_GT(seeds.size(), 1U);
}

}  // namespace
}  // namespace fovea
