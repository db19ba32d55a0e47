#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fovea {

/// A model as far as it matters for who is in memory. Tickets count requests in the order of their coming.
struct Seat {
  std::uint64_t share = 0;  ///< bytes that it takes while it is in memory
  bool in_memory = false;   ///< or on its way there
  bool answering = false;   ///< somebody uses it: it cannot leave now
  bool kept = false;        ///< wanted though nobody asks, as long as that costs nobody anything
  std::optional<std::uint64_t> waits_since = {};  ///< the oldest ticket that waits for it
  std::uint64_t last_use = 0;                     ///< the ticket that it was last given
};

/// What is to happen, one step at a time: the first of `unload`, `load` that is set, then look again.
struct SeatingPlan {
  std::vector<bool> admitted;  ///< in memory, and may be given what waits for it
  std::vector<bool> leaving;   ///< in memory, and gives its place away: it is given nothing new
  std::optional<std::size_t> unload;
  std::optional<std::size_t> load;
};

/// Decides who is in memory, of models whose shares must never add up to more than `room`.
///
/// Who has waited longest has the first claim; later ones have a claim as far as they fit beside the earlier.
/// Places are given up by models without a claim: those that answer nothing first, least recently used first;
/// then those that answer, which are given nothing new, end what they have, and then leave. None is
/// interrupted. No model's claim is older than it was when its oldest request came, and each claim ends when
/// what waits is handed over, so a model that is asked without end cannot keep another out for longer than
/// its running answers take. What is kept without being asked comes in only where nobody has to leave. A
/// share above `room` has no claim.
///
/// Pure; any thread. Cost: seats · log(seats).
SeatingPlan plan_seating(std::span<const Seat> seats, std::uint64_t room);

}  // namespace fovea
