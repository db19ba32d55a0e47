// Whole lives of made-up engines: nothing lost, nobody starved, every budget kept.
#include "scheduler_simulation.h"

#include <random>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::custom;
using test::prompt;
using test::Simulation;
using State = ScheduledRequest::State;

/// One random engine's life, until all its requests have ended.
void live_through(unsigned seed) {
  std::mt19937 random(seed);
  const auto up_to = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)) + 1;
  };
  const std::int64_t block_tokens = up_to(6);
  const std::int64_t blocks = up_to(24) + 1;
  const bool tight = random() % 8 == 0;
  MemoryRoom room;
  if (random() % 2 == 0) room = {.limit = 500, .base = 100, .pool = 50, .step_fixed = 20, .step_row = 8};
  const auto options = [&](double max_wait) {
    SchedulingOptions drawn = custom(static_cast<int>(up_to(8)), up_to(24), max_wait);
    if (random() % 2 == 0) drawn.mode = SchedulingMode::kLowLatency;
    return drawn;
  };
  Simulation sim(blocks, block_tokens, random() % 4 != 0, options(random() % 4 == 0 ? 0.3 : 0.0),
                 tight ? up_to(blocks) : blocks, room);
  if (random() % 2 == 0) sim.cached = static_cast<std::uint64_t>(up_to(200));
  sim.most_guesses = static_cast<std::int64_t>(random() % 9);
  sim.luck.seed(seed);
  const std::int64_t capacity = sim.scheduler.capacity_tokens();
  std::int64_t to_come = up_to(14);
  for (std::int64_t guard = 0; to_come > 0 || sim.live() > 0; ++guard) {
    ASSERT_LT(guard, 20'000) << "somebody waits for ever, seed " << seed;
    sim.time += 0.01 * static_cast<double>(random() % 50);
    while (to_come > 0 && random() % 3 == 0) {
      --to_come;
      // Prompts of a few kinds, so that many begin alike.
      const std::int64_t tokens = up_to(std::min<std::int64_t>(capacity - 1, 40));
      Simulation::Request& request = sim.submit(prompt(tokens, random() % 3), 0);
      if (random() % 3 == 0) request.keys.back() = 77;
      request.answer = up_to(std::min<std::int64_t>(capacity - tokens, 30));
      request.priority = static_cast<std::int64_t>(random() % 3);
      request.client = std::string(1, static_cast<char>('a' + random() % 3));
      if (random() % 4 == 0) {
        request.vision_end = up_to(tokens);
        request.pieces = up_to(4);
        request.memory = {static_cast<std::uint64_t>(up_to(150)), static_cast<std::uint64_t>(up_to(150))};
      }
      sim.add(request);
    }
    sim.prepare(static_cast<std::int64_t>(random() % 4));
    if (random() % 20 == 0) {
      for (Simulation::Request& request : sim.requests) {
        if (request.ended_at < 0 && request.state != State::kPreparing && random() % 4 == 0) {
          sim.end(request, random() % 3 == 0);
        }
      }
    }
    if (random() % 50 == 0) {
      sim.scheduler.set_options(options(0.0));
      sim.options_changed = true;
    }
    sim.step();
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  for (const Simulation::Request& request : sim.requests) ASSERT_GE(request.ended_at, 0.0);
  ASSERT_EQ(sim.scheduler.blocks().used(), 0) << "seed " << seed;
}

TEST(SchedulerProperties, HoldInTenThousandRandomLives) {
  for (unsigned seed = 1; seed <= 10'000 && !HasFailure(); ++seed) live_through(seed);
}

}  // namespace
}  // namespace fovea
