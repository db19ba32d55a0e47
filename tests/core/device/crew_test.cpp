#include "core/device/cpu/crew.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::cpu {
namespace {

using namespace std::chrono_literals;

/// Each piece writes a place of its own, not atomically: two that did the same, or an owner that went on
/// before all were done, are a race that ThreadSanitizer sees.
TEST(CrewTest, EveryPieceIsDoneOnceBeforeTheOwnerGoesOn) {
  Crew crew(4);
  std::mt19937 random(7);
  std::vector<int> done;
  for (int job = 1; job <= 3000; ++job) {
    done.assign(random() % 9, 0);
    crew.run(static_cast<int>(done.size()), [&](int i) { ++done[static_cast<std::size_t>(i)]; });
    ASSERT_EQ(std::count(done.begin(), done.end(), 1), std::ssize(done)) << "job " << job;
  }
}

TEST(CrewTest, HelpersThatSleepAreWoken) {
  Crew crew(3);
  for (int job = 0; job < 20; ++job) {
    std::this_thread::sleep_for(2 * Crew::kMostSpin);
    std::atomic<int> together{0};
    // Both wait for each other: one alone would never end.
    crew.run(2, [&](int) {
      ++together;
      while (together < 2) std::this_thread::yield();
    });
    ASSERT_EQ(together, 2);
  }
}

TEST(CrewTest, TheOwnerWaitsForAPieceThatTakesLongerThanItSpins) {
  Crew crew(2);
  for (int job = 0; job < 5; ++job) {
    std::atomic<int> ended{0};
    const std::thread::id owner = std::this_thread::get_id();
    std::atomic<bool> taken{false};
    crew.run(2, [&](int) {
      if (std::this_thread::get_id() == owner) {
        while (!taken) std::this_thread::yield();
      } else {
        taken = true;
        std::this_thread::sleep_for(10 * Crew::kMostSpin);
      }
      ++ended;
    });
    ASSERT_EQ(ended, 2);
  }
}

TEST(CrewTest, PiecesAreTakenAndNotDealtOut) {
  Crew crew(2);
  // The helper sits in its piece until the owner has done all others: dealt out, this would never end.
  std::atomic<bool> go{false};
  std::atomic<int> by_owner{0};
  const std::thread::id owner = std::this_thread::get_id();
  crew.run(8, [&](int) {
    if (std::this_thread::get_id() == owner) {
      if (++by_owner == 7) go = true;
    } else {
      while (!go) std::this_thread::yield();
    }
  });
  EXPECT_GE(by_owner, 7);
}

TEST(CrewTest, OneThreadDoesAllInOrder) {
  Crew crew(1);
  std::vector<int> order;
  crew.run(5, [&](int i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
  crew.run(0, [&](int) { order.clear(); });
  EXPECT_EQ(order.size(), 5U);
}

TEST(CrewTest, CrewsOfSeveralOwnersDoNotMix) {
  std::vector<std::thread> owners;
  std::atomic<int> right{0};
  for (int owner = 0; owner < 4; ++owner) {
    owners.emplace_back([&] {
      for (int life = 0; life < 20; ++life) {
        Crew crew(3);
        std::atomic<std::int64_t> sum{0};
        for (int job = 0; job < 50; ++job) crew.run(10, [&](int i) { sum += i; });
        if (sum == std::int64_t{45} * 50) ++right;
      }
    });
  }
  for (std::thread& owner : owners) owner.join();
  EXPECT_EQ(right, 80);
}

}  // namespace
}  // namespace fovea::cpu
