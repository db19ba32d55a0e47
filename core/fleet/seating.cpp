#include "core/fleet/seating.h"

#include <algorithm>
#include <tuple>

namespace fovea {
namespace {

/// The seats for which somebody waits, who has waited longest first.
std::vector<std::size_t> in_order_of_waiting(std::span<const Seat> seats) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (seats[i].waits_since) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return *seats[i].waits_since; });
  return order;
}

/// Those that could give up their place, in the order in which they would.
std::vector<std::size_t> in_order_of_leaving(std::span<const Seat> seats, const std::vector<bool>& claims) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (seats[i].in_memory && !claims[i]) order.push_back(i);
  }
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return std::tuple(seats[i].answering, seats[i].last_use, i); });
  return order;
}

}  // namespace

SeatingPlan plan_seating(std::span<const Seat> seats, std::uint64_t room) {
  const std::size_t count = seats.size();
  SeatingPlan plan{std::vector<bool>(count), std::vector<bool>(count), {}, {}};

  std::vector<bool> claims(count);
  std::uint64_t claimed = 0;
  const std::vector<std::size_t> waiting = in_order_of_waiting(seats);
  for (const std::size_t i : waiting) {
    if (seats[i].share > room - claimed) continue;
    claims[i] = true;
    claimed += seats[i].share;
  }

  std::uint64_t used = 0;      // by all that is in memory
  std::uint64_t together = 0;  // by all claims, and what is in memory without one
  for (std::size_t i = 0; i < count; ++i) {
    if (seats[i].in_memory) used += seats[i].share;
    if (seats[i].in_memory && !claims[i]) together += seats[i].share;
  }
  together += claimed;
  const std::vector<std::size_t> candidates = in_order_of_leaving(seats, claims);
  for (const std::size_t i : candidates) {
    if (together <= room) break;
    plan.leaving[i] = true;
    together -= seats[i].share;
  }
  // A small one that went first may not be needed for what a large one leaves behind.
  for (auto i = candidates.rbegin(); i != candidates.rend(); ++i) {
    if (!plan.leaving[*i] || seats[*i].share > room - together) continue;
    plan.leaving[*i] = false;
    together += seats[*i].share;
  }
  for (const std::size_t i : candidates) {
    if (plan.leaving[i] && !seats[i].answering && !plan.unload) plan.unload = i;
  }
  for (std::size_t i = 0; i < count; ++i) plan.admitted[i] = seats[i].in_memory && claims[i];

  for (const std::size_t i : waiting) {
    if (!claims[i] || seats[i].in_memory || plan.load) continue;
    if (used <= room && seats[i].share <= room - used) plan.load = i;
  }
  for (std::size_t i = 0; i < count && !plan.load; ++i) {
    const bool unasked = seats[i].kept && !seats[i].in_memory && !seats[i].waits_since;
    const std::uint64_t taken = std::max(used, together);  // leaving is not gone
    if (unasked && taken <= room && seats[i].share <= room - taken) plan.load = i;
  }
  return plan;
}

}  // namespace fovea
