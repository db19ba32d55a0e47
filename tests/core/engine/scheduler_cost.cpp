// Prints what scheduling costs a step, 32 requests in the batch and 200 waiting. Run by hand:
//   taskset -c 0 build/release/tests/core/engine/scheduler_cost
#include "core/engine/scheduler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <vector>

namespace {

using namespace fovea;

constexpr int kRunning = 32;
constexpr int kLive = 232;
constexpr int kSteps = 20'000;

ScheduledRequest& submit(Scheduler& scheduler, std::deque<ScheduledRequest>& requests, double now) {
  ScheduledRequest& request = requests.emplace_back();
  request.id = requests.size();
  request.submitted = now;
  request.priority = static_cast<std::int64_t>(request.id % 3);
  request.client = "client " + std::to_string(request.id % 7);
  request.prompt_tokens = 400 + static_cast<std::int64_t>(request.id * 37 % 400);
  for (std::int64_t i = 0; i < request.prompt_tokens; ++i) {
    // Half of the prompts begin alike.
    request.keys.push_back(i < 200 && request.id % 2 == 0
                               ? static_cast<std::uint64_t>(i)
                               : request.id * 1'000 + static_cast<std::uint64_t>(i));
  }
  scheduler.add(request);
  return request;
}

}  // namespace

int main() {
  SchedulingOptions options;
  options.mode = SchedulingMode::kCustom;
  options.max_batch = kRunning;
  options.step_tokens = 256;
  Scheduler scheduler(BlockManager(580, 32, true, [](std::int64_t) { return true; }), options);
  std::deque<ScheduledRequest> requests;
  std::vector<double> costs;
  double rows = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double now = 0.05 * step;
    while (std::ssize(scheduler.waiting()) + std::ssize(scheduler.running()) < kLive) {
      submit(scheduler, requests, now);
    }
    // What a step does under the engine's lock: prepare some, plan, take in what was computed, end some.
    const auto begin = std::chrono::steady_clock::now();
    while (ScheduledRequest* next = scheduler.next_to_prepare(now)) scheduler.prepared(*next, now);
    const StepPlan& plan = scheduler.plan(now);
    for (const StepPlan::Part& part : plan.parts) scheduler.computed(part);
    for (const StepPlan::Part& part : plan.parts) {
      if (!part.last) continue;
      part.request->keys.push_back(1);
      if (part.request->known() == part.request->prompt_tokens + 100) scheduler.end(*part.request);
    }
    costs.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() * 1e6);
    rows += static_cast<double>(plan.parts.size());
    while (!requests.empty() && requests.front().turns == nullptr) requests.pop_front();
  }
  std::sort(costs.begin(), costs.end());
  std::printf("requests in a step, mean: %.1f; preemptions: %lld\n", rows / kSteps,
              static_cast<long long>(scheduler.preemptions()));
  std::printf("scheduling, microseconds a step: median %.1f, p99 %.1f (goal 50)\n", costs[costs.size() / 2],
              costs[costs.size() * 99 / 100]);
  return 0;
}
