#include "core/engine/scheduler.h"

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using State = ScheduledRequest::State;

SchedulingOptions options(int max_batch, std::int64_t step_tokens, double max_wait = 0.0) {
  SchedulingOptions out;
  out.mode = SchedulingMode::kCustom;
  out.max_batch = max_batch;
  out.step_tokens = step_tokens;
  out.max_wait_seconds = max_wait;
  return out;
}

/// An engine without threads, model or clock: does what the scheduler plans and checks it.
class Simulation {
 public:
  struct Request : ScheduledRequest {
    std::int64_t answer = 1;  ///< tokens that it will write
    std::int64_t pieces = 0;  ///< of work on its pictures, still to do
    std::vector<std::uint64_t> guesses;
    double begun_at = -1.0;
    double ended_at = -1.0;
  };

  Simulation(std::int64_t blocks, std::int64_t block_tokens, bool keep, const SchedulingOptions& how,
             std::int64_t memory = 1'000'000, const MemoryRoom& shared = {})
      : scheduler(BlockManager(blocks, block_tokens, keep,
                               [memory](std::int64_t count) { return count <= memory; }),
                  how, shared),
        room(shared),
        written_(static_cast<std::size_t>(blocks * block_tokens)) {}

  Request& submit(std::vector<std::uint64_t> prompt, std::int64_t answer) {
    Request& request = requests.emplace_back();
    request.id = requests.size();
    request.submitted = time;
    request.keys = std::move(prompt);
    request.prompt_tokens = request.known();
    request.answer = answer;
    return request;
  }
  /// Once its fields are set.
  void add(Request& request) { scheduler.add(request); }

  void prepare(std::int64_t most = 1'000) {
    for (; most > 0; --most) {
      ScheduledRequest* next = scheduler.next_to_prepare(time);
      if (next == nullptr) return;
      scheduler.prepared(*next, time);
    }
  }

  void end(Request& request, bool spoiled = false) {
    EXPECT_LT(request.ended_at, 0.0) << "ends once";
    scheduler.end(request, spoiled);
    request.ended_at = time;
    EXPECT_TRUE(request.table.blocks.empty());
  }

  /// Plans one step, checks it and does it.
  const StepPlan& step() {
    const StepPlan& plan = scheduler.plan(time, cached);
    check(plan);
    if (plan.wants_caches) cached = 0;
    for (ScheduledRequest* request : plan.begun) {
      auto& begun = static_cast<Request&>(*request);
      if (begun.begun_at < 0) begun.begun_at = time;
    }
    if (plan.vision != nullptr && --static_cast<Request&>(*plan.vision).pieces <= 0) {
      plan.vision->vision_pending = false;
    }
    for (const StepPlan::Part& part : plan.parts) write(part);
    for (const StepPlan::Part& part : plan.parts) {
      scheduler.computed(part);
      auto& request = static_cast<Request&>(*part.request);
      if (!part.last) continue;
      std::int64_t accepted = 0;
      request.keys.push_back(after(request.keys));
      while (left(request) > 0 && accepted < part.drafts &&
             request.guesses[static_cast<std::size_t>(accepted)] == request.keys.back()) {
        request.keys.push_back(after(request.keys));
        ++accepted;
      }
      scheduler.accepted(request, accepted);
      EXPECT_EQ(request.left(), 1) << "only the newest token is still to be read";
      guess(request);
      if (left(request) == 0) end(request);
    }
    if (plan.unfit != nullptr) end(static_cast<Request&>(*plan.unfit));
    return plan;
  }

  std::int64_t live() const { return std::ssize(scheduler.waiting()) + std::ssize(scheduler.running()); }

  Scheduler scheduler;
  MemoryRoom room;
  std::uint64_t cached = 0;      ///< bytes that caches hold
  std::deque<Request> requests;  // stay where they are
  double time = 0.0;
  bool options_changed = false;
  std::int64_t most_guesses = 0;  ///< that a request has for a step
  std::mt19937 luck;              ///< whether they are right
  std::uint64_t one_wrong_in = 4;

 private:
  static std::uint64_t after(const std::vector<std::uint64_t>& keys) {
    return keys.back() * 31 + keys.size();
  }
  static std::int64_t left(const Request& request) {
    return request.prompt_tokens + request.answer - request.known();
  }
  /// Guesses of what follows, no more than there is room for: right up to some place.
  void guess(Request& request) {
    std::vector<std::uint64_t> keys = request.keys;
    request.guesses.clear();
    const auto count = std::min(most_guesses, left(request) - 1);
    for (std::int64_t i = 0; i < count; ++i) {
      keys.push_back(luck() % one_wrong_in == 0 ? 999'999 : after(keys));
      request.guesses.push_back(keys.back());
    }
    request.drafts = std::ssize(request.guesses);
  }
  static std::uint64_t link(std::uint64_t before, std::uint64_t key) {
    return (before ^ key) * 0x9E3779B97F4A7C15U + 1;
  }
  std::uint64_t& slot(const ScheduledRequest& request, std::int64_t token) {
    const std::int64_t width = scheduler.blocks().block_tokens();
    const std::int64_t block = request.table.blocks.at(static_cast<std::size_t>(token / width));
    return written_.at(static_cast<std::size_t>(block * width + token % width));
  }
  /// Reads what comes before the part, which must be the request's own beginning, and writes its tokens.
  void write(const StepPlan::Part& part) {
    std::uint64_t chain = 0;
    for (std::int64_t i = 0; i < part.begin + part.count; ++i) {
      chain = link(chain, part.request->keys[static_cast<std::size_t>(i)]);
      if (i >= part.begin) slot(*part.request, i) = chain;
      ASSERT_EQ(slot(*part.request, i), chain) << "token " << i << " is not where it should be";
    }
    for (std::int64_t i = 0; i < part.drafts; ++i) {
      chain = link(chain, static_cast<Request&>(*part.request).guesses[static_cast<std::size_t>(i)]);
      slot(*part.request, part.begin + part.count + i) = chain;
    }
  }

  void check(const StepPlan& plan) {
    const SchedulingOptions& how = scheduler.options();
    std::int64_t tokens = 0;
    std::int64_t guesses = 0;
    std::set<const ScheduledRequest*> seen;
    std::map<BlockId, int> holders;
    std::int64_t answers = 0;
    for (const ScheduledRequest* request : scheduler.running()) {
      for (const BlockId block : request->table.blocks) ++holders[block];
      answers += request->left() == 1 && !request->vision_pending ? 1 : 0;
    }
    for (const ScheduledRequest* request : scheduler.waiting()) ASSERT_TRUE(request->table.blocks.empty());
    for (const StepPlan::Part& part : plan.parts) {
      ASSERT_EQ(part.request->state, State::kRunning);
      ASSERT_FALSE(part.request->vision_pending);
      ASSERT_TRUE(seen.insert(part.request).second);
      ASSERT_EQ(part.begin, part.request->computed);
      ASSERT_GT(part.count, 0);
      ASSERT_LE(part.count, part.request->left());
      ASSERT_EQ(part.last, part.count == part.request->left());
      ASSERT_LE(part.drafts, part.request->drafts);
      ASSERT_TRUE(part.drafts == 0 || (part.last && part.count == 1));
      guesses += part.drafts;
      tokens += part.count + part.drafts;
      const std::int64_t width = scheduler.blocks().block_tokens();
      const std::int64_t behind = part.begin + part.count + part.drafts;
      for (std::int64_t block = part.begin / width; block * width < behind; ++block) {
        ASSERT_EQ(holders[part.request->table.blocks.at(static_cast<std::size_t>(block))], 1)
            << "writes into a block that another holds";
      }
    }
    check_memory(tokens);
    ASSERT_LE(tokens, how.step_tokens);
    if (guesses > 0) {
      ASSERT_LE(tokens, Scheduler::kDraftedStep);
    }
    if (!options_changed) {
      ASSERT_LE(std::ssize(scheduler.running()), std::min<std::int64_t>(how.max_batch, how.step_tokens));
      std::int64_t served = 0;
      for (const StepPlan::Part& part : plan.parts) served += part.count == 1 && part.last ? 1 : 0;
      ASSERT_EQ(served, answers) << "every answer goes on in every step";
    }
    ASSERT_EQ(scheduler.blocks().used(), std::ssize(holders));
    ASSERT_LE(scheduler.blocks().used() + scheduler.blocks().kept(), scheduler.blocks().total());
    if (!scheduler.running().empty() && !plan.wants_caches) {
      ASSERT_FALSE(plan.nothing()) << "something can always be done";
    }
  }

  /// What runs together fits together.
  void check_memory(std::int64_t tokens) const {
    if (!room.known()) return;
    std::uint64_t held = 0;
    std::uint64_t peak = 0;
    for (const ScheduledRequest* request : scheduler.running()) {
      held += request->memory.held;
      if (request->vision_pending) peak = std::max(peak, request->memory.peak);
    }
    if (scheduler.running().size() > 1) {
      ASSERT_LE(held + peak, room.shared());
    }
    if (tokens > MemoryRoom::kFewestRows) {
      ASSERT_LE(held + cached + room.step(tokens), room.shared());
    }
  }

  std::vector<std::uint64_t> written_;  ///< by slot of the pool: the chain of all keys up to its token
};

std::vector<std::uint64_t> prompt(std::int64_t tokens, std::uint64_t kind = 0) {
  std::vector<std::uint64_t> keys;
  for (std::int64_t i = 0; i < tokens; ++i) keys.push_back(kind * 1'000 + static_cast<std::uint64_t>(i));
  return keys;
}

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
  Simulation sim(blocks, block_tokens, random() % 4 != 0,
                 options(static_cast<int>(up_to(8)), up_to(24), random() % 4 == 0 ? 0.3 : 0.0),
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
      sim.scheduler.set_options(options(static_cast<int>(up_to(8)), up_to(24)));
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

/// 300 bytes to share; a step takes 2 a token.
MemoryRoom three_hundred() {
  return {.limit = 500, .base = 100, .pool = 50, .step_fixed = 0, .step_row = 2};
}

TEST(SchedulerMemory, WhoDoesNotFitBesideTheOthersWaits) {
  Simulation sim(100, 4, true, options(8, 24), 1'000'000, three_hundred());
  for (const std::uint64_t held : {150, 120, 60}) {
    Simulation::Request& request = sim.submit(prompt(6, held), 3);
    request.memory.held = held;
    sim.add(request);
  }
  // The first that waits holds more than a quarter of what is shared, so no other is prepared.
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kWaiting);
  sim.step();
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kReady);
  EXPECT_EQ(sim.requests[2].state, State::kWaiting);
  sim.step();
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 1) << "150 + 120 + a step of 16 is over 300";
  while (sim.requests[0].ended_at < 0) sim.step();
  sim.step();
  sim.prepare();
  sim.step();
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 2) << "120 and 60 fit";
}

TEST(SchedulerMemory, OneThatFitsAloneComesInWhateverWaits) {
  Simulation sim(100, 4, true, options(8, 24), 1'000'000, three_hundred());
  for (std::uint64_t kind = 0; kind < 3; ++kind) {
    Simulation::Request& request = sim.submit(prompt(6, kind), 1);
    request.memory.held = kind == 0 ? 70 : 260;
    sim.add(request);
  }
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kReady);
  EXPECT_GT(sim.scheduler.claimed(), sim.room.shared()) << "more than fits is prepared";
  for (int i = 0; i < 10; ++i) {
    sim.prepare();
    sim.step();
  }
  EXPECT_EQ(sim.live(), 0);
}

TEST(SchedulerMemory, OneThatCanNeverComeInIsNamed) {
  Simulation sim(100, 4, true, options(8, 24), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(6), 1);
  request.memory = {.held = 200, .peak = 101};
  sim.add(request);
  sim.prepare();
  EXPECT_EQ(sim.scheduler.plan(0.0).unfit, &request);
}

TEST(SchedulerMemory, CachesGoBeforeAnybodyWaits) {
  Simulation sim(100, 4, true, options(8, 24), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(6), 1);
  request.memory.held = 100;
  sim.add(request);
  sim.prepare();
  sim.cached = 200;
  EXPECT_TRUE(sim.scheduler.plan(0.0, 200).wants_caches);
  EXPECT_TRUE(sim.scheduler.running().empty());
  EXPECT_FALSE(sim.scheduler.plan(0.0, 100).wants_caches);
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 1);
}

TEST(SchedulerMemory, AStepReadsWhatThereIsRoomFor) {
  Simulation sim(100, 4, true, options(8, 200), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(190), 1);
  request.memory.held = 200;
  sim.add(request);
  sim.prepare();
  EXPECT_EQ(sim.step().parts.at(0).count, 50);
  sim.cached = 80;
  EXPECT_EQ(sim.step().parts.at(0).count, MemoryRoom::kFewestRows) << "never less";
}

TEST(Scheduler, AnswersGoFirstAndPromptsFillTheBudget) {
  Simulation sim(100, 4, false, options(4, 16));
  sim.add(sim.submit(prompt(3, 1), 50));
  sim.prepare();
  sim.step();
  sim.add(sim.submit(prompt(40, 2), 5));
  sim.add(sim.submit(prompt(6, 3), 5));
  sim.prepare();
  const StepPlan& plan = sim.step();
  std::map<RequestId, std::int64_t> counts;
  for (const StepPlan::Part& part : plan.parts) counts[part.request->id] = part.count;
  EXPECT_EQ(counts, (std::map<RequestId, std::int64_t>{{1, 1}, {2, 9}, {3, 6}}))
      << "the short prompt is read at once, the long one gets the rest";
}

TEST(Scheduler, WorkOnPicturesTakesTurnsWithPrompts) {
  Simulation sim(100, 4, false, options(4, 16));
  Simulation::Request& picture = sim.submit(prompt(20, 1), 5);
  picture.vision_end = 10;
  picture.pieces = 3;
  sim.add(picture);
  sim.add(sim.submit(prompt(60, 2), 5));
  sim.add(sim.submit(prompt(2, 3), 50));
  sim.prepare();
  std::vector<int> kinds;
  for (int i = 0; i < 6; ++i) {
    const StepPlan& plan = sim.step();
    const bool reads =
        std::any_of(plan.parts.begin(), plan.parts.end(), [](const auto& part) { return part.count > 1; });
    kinds.push_back((plan.vision != nullptr ? 2 : 0) + (reads ? 1 : 0));
  }
  EXPECT_EQ(kinds, (std::vector<int>{2, 1, 2, 1, 2, 1})) << "never both in one step";
}

TEST(Scheduler, TakesWhatItHasReadBefore) {
  Simulation sim(100, 4, true, options(4, 100));
  sim.add(sim.submit(prompt(20), 1));
  sim.prepare();
  sim.step();
  Simulation::Request& again = sim.submit(prompt(20), 1);
  again.vision_end = 10;
  sim.add(again);
  sim.prepare();
  const StepPlan& plan = sim.step();
  EXPECT_EQ(again.prefix_reused, 16) << "all full blocks but the last token's";
  EXPECT_EQ(plan.vision, nullptr) << "the picture lies in what is there";
  EXPECT_EQ(sim.scheduler.prefix_tokens_reused(), 16);
  EXPECT_EQ(sim.scheduler.prefix_tokens_read(), 24);
}

TEST(Scheduler, WhoCameLastGivesWayAndIsReadAgain) {
  Simulation sim(6, 4, true, options(4, 100));
  Simulation::Request& first = sim.submit(prompt(8, 1), 12);
  Simulation::Request& second = sim.submit(prompt(4, 2), 12);
  sim.add(first);
  sim.add(second);
  sim.prepare();
  while (sim.live() > 0) {
    sim.step();
    sim.time += 0.01;
  }
  EXPECT_EQ(first.preemptions, 0);
  EXPECT_GE(second.preemptions, 1);
  EXPECT_LT(first.ended_at, second.ended_at);
  EXPECT_EQ(sim.scheduler.preemptions(), second.preemptions);
}

TEST(Scheduler, GuessesShareTheRowsThatAreLeft) {
  Simulation sim(100, 4, false, options(4, 256));
  for (std::uint64_t i = 0; i < 3; ++i) sim.add(sim.submit(prompt(4, i), 50));
  sim.most_guesses = 7;
  sim.prepare();
  sim.step();
  std::vector<std::int64_t> drafts;
  for (const StepPlan::Part& part : sim.step().parts) drafts.push_back(part.drafts);
  EXPECT_EQ(drafts, (std::vector<std::int64_t>{2, 2, 1}));
  sim.add(sim.submit(prompt(300, 9), 1));
  sim.prepare();
  for (const StepPlan::Part& part : sim.step().parts) EXPECT_EQ(part.drafts, 0) << "a prompt fills the step";
}

TEST(Scheduler, GuessesPutNobodyOut) {
  Simulation sim(6, 4, false, options(4, 256));
  sim.add(sim.submit(prompt(8, 1), 8));
  Simulation::Request& without = sim.submit(prompt(7, 2), 5);
  sim.add(without);
  sim.most_guesses = 7;
  sim.one_wrong_in = 1;
  sim.prepare();
  std::int64_t drafts = 0;
  while (sim.live() > 0) {
    for (const StepPlan::Part& part : sim.step().parts) drafts += part.drafts;
    without.drafts = 0;
  }
  EXPECT_EQ(sim.scheduler.preemptions(), 0)
      << "three blocks each are enough until the shorter answer ends, and the longer takes a fourth";
  EXPECT_GT(drafts, 0) << "what room their blocks have is used";
}

TEST(Scheduler, ClientsTakeTurns) {
  Simulation sim(100, 4, false, options(1, 16));
  const auto from = [&](const std::string& client) -> Simulation::Request& {
    Simulation::Request& request = sim.submit(prompt(4), 2);
    request.client = client;
    sim.add(request);
    return request;
  };
  for (int i = 0; i < 20; ++i) from("flood");
  sim.prepare();
  sim.step();
  const Simulation::Request& one = from("one");
  const Simulation::Request& other = from("other");
  while (one.begun_at < 0 || other.begun_at < 0) {
    sim.time += 0.01;
    sim.prepare();
    sim.step();
  }
  std::int64_t before = 0;
  for (const Simulation::Request& request : sim.requests) {
    before += request.client == "flood" && request.begun_at >= 0 ? 1 : 0;
  }
  EXPECT_LE(before, 2 + Scheduler::kMaxPrepared) << "those that were ready before they came, and a turn";
}

TEST(Scheduler, EverNewClientsLeaveNobodyBehind) {
  Simulation sim(100, 4, false, options(1, 16));
  const auto come = [&](const std::string& client) -> Simulation::Request& {
    Simulation::Request& request = sim.submit(prompt(4), 2);
    request.client = client;
    sim.add(request);
    sim.prepare();
    return request;
  };
  come("steady");
  sim.step();
  come("new");
  const Simulation::Request& second = come("steady");
  for (int i = 0; i < 50; ++i) {
    come("new " + std::to_string(i));
    sim.step();
    sim.step();
    sim.time += 0.001;
  }
  EXPECT_GE(second.begun_at, 0.0) << "its client has had a turn, and those that come have had none";
}

/// A request of low priority while others of high priority keep coming: as many as are answered.
double time_to_end_under_pressure(std::int64_t blocks) {
  Simulation sim(blocks, 4, false, options(3, 16));
  Simulation::Request& low = sim.submit(prompt(8, 1), 20);
  low.priority = 0;
  sim.add(low);
  for (std::uint64_t i = 0; low.ended_at < 0 && sim.time < 1'000; ++i) {
    while (sim.live() < 8) {
      Simulation::Request& high = sim.submit(prompt(8, i % 7), 20);
      high.priority = 3;
      sim.add(high);
    }
    sim.prepare();
    sim.step();
    sim.time += 0.05;
  }
  return sim.time;
}

TEST(Scheduler, NobodyStarves) {
  const double lifted = 3 * RequestOrder::kAgeing;
  EXPECT_LT(time_to_end_under_pressure(100), lifted + 10);
  EXPECT_LT(time_to_end_under_pressure(12), lifted + 20) << "where blocks are short too";
}

TEST(Scheduler, AnIdleEngineWaitsForCompanyAsLongAsItIsTold) {
  Simulation sim(100, 4, false, options(2, 16, 0.5));
  sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  const StepPlan& first = sim.step();
  EXPECT_TRUE(first.nothing());
  EXPECT_DOUBLE_EQ(first.wake, 0.5);
  sim.time = 0.2;
  sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  EXPECT_EQ(sim.step().parts.size(), 2U) << "the batch is full";
}

TEST(Scheduler, HighPriorityIsPreparedPastWhatIsReady) {
  Simulation sim(100, 4, false, options(1, 16));
  for (int i = 0; i < 10; ++i) sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  Simulation::Request& urgent = sim.submit(prompt(4), 2);
  urgent.priority = 1;
  sim.add(urgent);
  sim.prepare();
  EXPECT_EQ(urgent.state, State::kReady);
  sim.step();
  EXPECT_EQ(urgent.state, State::kRunning);
}

}  // namespace
}  // namespace fovea
