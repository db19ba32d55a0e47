#include "core/fleet/memory_shares.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::uint64_t>;

TEST(MemoryShares, ThoseThatAllFitDivideWhatIsLeft) {
  EXPECT_THAT(memory_shares(Bytes{10, 30}, 100), ElementsAre(40, 60));
  EXPECT_THAT(memory_shares(Bytes{10}, 100), ElementsAre(100));
  EXPECT_TRUE(memory_shares(Bytes{}, 100).empty());
}

TEST(MemoryShares, ThoseThatNeverMeetHaveAllOfIt) {
  EXPECT_THAT(memory_shares(Bytes{60, 70}, 100), ElementsAre(100, 100));
}

TEST(MemoryShares, MoreRoomForOneCostsNoOtherItsPlace) {
  // The small ones alone would have 175 each; but each of them fits beside the large one, with 25 left over.
  EXPECT_THAT(memory_shares(Bytes{100, 100, 400}, 550), ElementsAre(125, 125, 425));
}

TEST(MemoryShares, WhatNeverFitsKeepsItsNeed) {
  EXPECT_THAT(memory_shares(Bytes{101, 40}, 100), ElementsAre(101, 100));
}

TEST(MemoryShares, EverySetThatFitsByNeedFitsByShare) {
  std::mt19937 random(7);
  const auto below = [&](std::uint64_t end) {
    return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random);
  };
  for (int scenario = 0; scenario < 3000; ++scenario) {
    Bytes needs(1 + below(7));
    const std::uint64_t room = 1 + below(1000);
    for (std::uint64_t& need : needs) need = below(room + room / 4 + 1);
    const Bytes shares = memory_shares(needs, room);
    ASSERT_EQ(shares.size(), needs.size());
    for (std::uint64_t set = 0; set < std::uint64_t{1} << needs.size(); ++set) {
      std::uint64_t need = 0;
      std::uint64_t share = 0;
      for (std::size_t i = 0; i < needs.size(); ++i) {
        if ((set >> i & 1) == 0) continue;
        need += needs[i];
        share += shares[i];
        ASSERT_GE(shares[i], needs[i]);
      }
      ASSERT_TRUE(need > room || share <= room) << "scenario " << scenario;
    }
  }
}

TEST(MemoryShares, ARefusalHasTheFigures) {
  const Error error = never_fits("large", 5'000'000'000, 250'000'001, 4'000'000'000, "small (700 MB)");
  EXPECT_EQ(error.code, ErrorCode::kOutOfMemory);
  for (const char* part :
       {"large needs 5000 MB", "program itself 251 MB", "limit of 4000 MB", "small (700 MB)"})
    EXPECT_THAT(error.message, HasSubstr(part));
  EXPECT_THAT(error.remedy, HasSubstr("--memory"));
}

}  // namespace
}  // namespace fovea
