#pragma once

#include "core/engine/scheduler.h"
#include "requests.h"

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace fovea::test {

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
      ASSERT_EQ(part.request->state, ScheduledRequest::State::kRunning);
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
    const bool pauses_nobody = how.mode == SchedulingMode::kLowLatency && answers == 0;
    ASSERT_LE(tokens, pauses_nobody ? 2 * how.step_tokens : how.step_tokens);
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

/// Keys of a prompt; those of one kind begin alike.
inline std::vector<std::uint64_t> prompt(std::int64_t tokens, std::uint64_t kind = 0) {
  std::vector<std::uint64_t> keys;
  for (std::int64_t i = 0; i < tokens; ++i) keys.push_back(kind * 1'000 + static_cast<std::uint64_t>(i));
  return keys;
}

}  // namespace fovea::test
