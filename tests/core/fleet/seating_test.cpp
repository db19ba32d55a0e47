#include "core/fleet/seating.h"

#include "core/fleet/memory_shares.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

Seat loaded(std::uint64_t share, std::uint64_t last_use, bool answering = false) {
  return {.share = share, .in_memory = true, .answering = answering, .last_use = last_use};
}
Seat asked(std::uint64_t share, std::uint64_t since) {
  return {.share = share, .waits_since = since};
}

TEST(Seating, WhatFitsIsLoadedAndNobodyLeaves) {
  const SeatingPlan plan = plan_seating(std::vector{loaded(50, 1), asked(50, 2)}, 100);
  EXPECT_EQ(plan.load, 1U);
  EXPECT_FALSE(plan.unload);
}

TEST(Seating, TheLeastRecentlyUsedThatAnswersNothingLeavesFirst) {
  const std::vector seats = {loaded(40, 1, true), loaded(30, 9), loaded(30, 5), asked(30, 10)};
  const SeatingPlan plan = plan_seating(seats, 100);
  EXPECT_EQ(plan.unload, 2U);
  EXPECT_FALSE(plan.load) << "not before there is room";
  EXPECT_EQ(plan.leaving, (std::vector<bool>{false, false, true, false}));
}

TEST(Seating, OneThatAnswersIsNotUnloadedButGivenNothingNew) {
  const SeatingPlan plan = plan_seating(std::vector{loaded(60, 1, true), asked(60, 2)}, 100);
  EXPECT_FALSE(plan.unload);
  EXPECT_FALSE(plan.load);
  EXPECT_TRUE(plan.leaving[0]);
}

TEST(Seating, WhoWaitedLongerGoesFirstEvenAgainstOneInMemory) {
  std::vector seats = {loaded(60, 1, true), asked(60, 2)};
  seats[0].waits_since = 3;
  SeatingPlan plan = plan_seating(seats, 100);
  EXPECT_FALSE(plan.admitted[0]) << "it would never end";
  EXPECT_TRUE(plan.leaving[0]);
  seats[0].waits_since = 1;
  plan = plan_seating(seats, 100);
  EXPECT_TRUE(plan.admitted[0]);
  EXPECT_FALSE(plan.leaving[0]);
}

TEST(Seating, ASmallOneMayGoAheadOnlyWhereTheLargeOneDoesNotWaitForIt) {
  // 0 answers in 60 of 100; 1 waits for 80; 2 came later.
  EXPECT_EQ(plan_seating(std::vector{loaded(60, 1, true), asked(80, 2), asked(20, 3)}, 100).load, 2U);
  EXPECT_FALSE(plan_seating(std::vector{loaded(60, 1, true), asked(80, 2), asked(30, 3)}, 100).load);
}

TEST(Seating, ASmallOneStaysWhereALargeOneHasToGoAnyway) {
  const SeatingPlan plan = plan_seating(std::vector{loaded(10, 1), loaded(80, 2), asked(90, 3)}, 100);
  EXPECT_EQ(plan.unload, 1U);
  EXPECT_FALSE(plan.leaving[0]);
}

TEST(Seating, KeptOnesComeInOnlyWhereNobodyHasToLeave) {
  Seat kept{.share = 50, .kept = true};
  EXPECT_EQ(plan_seating(std::vector{loaded(50, 1), kept}, 100).load, 1U);
  EXPECT_FALSE(plan_seating(std::vector{loaded(60, 1), kept}, 100).load);
  EXPECT_FALSE(plan_seating(std::vector{loaded(50, 1, true), kept, asked(60, 2)}, 100).load)
      << "the room is promised";
}

TEST(Seating, OneAboveTheRoomHasNoClaim) {
  const SeatingPlan plan = plan_seating(std::vector{loaded(60, 1), asked(101, 2)}, 100);
  EXPECT_FALSE(plan.load);
  EXPECT_FALSE(plan.unload);
}

/// A world in which plans are carried out, in random order with all that happens beside them: requests that
/// come, are cancelled, are answered.
class World {
 public:
  World(std::uint32_t seed, std::size_t models) : random_(seed), models_(models) {
    std::vector<std::uint64_t> needs(models);
    room_ = 100 + below(900);
    for (std::uint64_t& need : needs) need = 1 + below(room_);
    const std::vector<std::uint64_t> shares = memory_shares(needs, room_);
    for (std::size_t i = 0; i < models; ++i) models_[i].share = shares[i];
    all_kept_ = below(4) == 0;
  }

  void live(int steps) {
    for (int i = 0; i < steps && !failed(); ++i) {
      switch (below(5)) {
        case 0:
          submit(below(models_.size()));
          break;
        case 1:
          cancel();
          break;
        case 2:
          finish();
          break;
        default:
          act();
      }
    }
    // Nobody asks any more: every request has its end in a bounded time.
    for (int i = 0; i < 400 && open() > 0 && !failed(); ++i) {
      while (act()) {
      }
      finish();
    }
    EXPECT_EQ(open(), 0) << "somebody waits for ever";
    EXPECT_EQ(ended_, submitted_) << "nothing is lost, nothing ends twice";
  }

  /// While `pusher` is asked without end, a request for another model is answered within so many rounds.
  void push(std::size_t pusher, std::size_t other, int rounds) {
    submit(pusher);
    while (act()) {
    }
    submit(other);
    for (int i = 0; i < rounds && !models_[other].waiting.empty() && !failed(); ++i) {
      submit(pusher);
      while (act()) {
      }
      submit(pusher);
      finish();
    }
    EXPECT_TRUE(models_[other].waiting.empty()) << "starved";
  }

 private:
  struct One {
    std::uint64_t share = 0;
    bool in_memory = false;
    std::uint64_t last_use = 0;
    std::deque<std::uint64_t> waiting;
    std::int64_t answering = 0;
  };

  static bool failed() { return testing::Test::HasFailure(); }
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  std::vector<Seat> seats() const {
    std::vector<Seat> seats;
    for (const One& one : models_) {
      Seat seat{one.share, one.in_memory, one.answering > 0, all_kept_, std::nullopt, one.last_use};
      if (!one.waiting.empty()) seat.waits_since = one.waiting.front();
      seats.push_back(seat);
    }
    return seats;
  }

  std::int64_t open() const {
    std::int64_t count = 0;
    for (const One& one : models_) count += one.answering + std::ssize(one.waiting);
    return count;
  }

  void submit(std::size_t model) {
    ++submitted_;
    models_[model].waiting.push_back(++ticket_);
  }

  void cancel() {
    One& one = models_[below(models_.size())];
    if (one.waiting.empty()) return;
    one.waiting.erase(one.waiting.begin() + static_cast<std::ptrdiff_t>(below(one.waiting.size())));
    ++ended_;
  }

  /// Some running answers end.
  void finish() {
    for (One& one : models_) {
      const auto some = one.answering == 0
                            ? 0
                            : 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(one.answering)));
      one.answering -= some;
      ended_ += some;
    }
  }

  bool act() {
    const SeatingPlan plan = plan_seating(seats(), room_);
    for (std::size_t i = 0; i < models_.size(); ++i) {
      One& one = models_[i];
      EXPECT_FALSE(plan.admitted[i] && plan.leaving[i]);
      if (!plan.admitted[i] || one.waiting.empty()) continue;
      EXPECT_TRUE(one.in_memory);
      one.last_use = one.waiting.back();
      one.answering += std::ssize(one.waiting);
      one.waiting.clear();
      return true;
    }
    if (plan.unload) {
      One& one = models_[*plan.unload];
      EXPECT_TRUE(one.in_memory);
      EXPECT_EQ(one.answering, 0) << "it answers";
      for (std::size_t i = 0; i < models_.size(); ++i) {
        const bool sooner =
            plan.leaving[i] && models_[i].answering == 0 && models_[i].last_use < one.last_use;
        EXPECT_FALSE(sooner) << "another was used less recently";
      }
      one.in_memory = false;
      return true;
    }
    if (!plan.load) return false;
    One& one = models_[*plan.load];
    EXPECT_FALSE(one.in_memory);
    one.in_memory = true;
    std::uint64_t planned = 0;
    for (const One& each : models_) planned += each.in_memory ? each.share : 0;
    EXPECT_LE(planned, room_) << "over the limit";
    return true;
  }

  std::mt19937 random_;
  std::vector<One> models_;
  std::uint64_t room_ = 0;
  bool all_kept_ = false;
  std::uint64_t ticket_ = 0;
  std::int64_t submitted_ = 0;
  std::int64_t ended_ = 0;
};

TEST(SeatingProperties, NeverOverTheLimitNothingLostNobodyWaitsForEver) {
  for (std::uint32_t seed = 0; seed < 12'000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    World(seed, 1 + seed % 6).live(60);
  }
}

TEST(SeatingProperties, AModelThatIsAskedWithoutEndKeepsNobodyOut) {
  for (std::uint32_t seed = 0; seed < 3000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const std::size_t models = 2 + seed % 4;
    World(seed, models).push(seed % models, (seed + 1) % models, 200);
  }
}

}  // namespace
}  // namespace fovea
