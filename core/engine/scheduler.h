#pragma once

#include "core/api/engine.h"
#include "core/engine/block_manager.h"
#include "core/engine/memory_room.h"
#include "core/engine/request_order.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace fovea {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// A request as the scheduler sees it: how long it is and what it holds, not what it says. Times are seconds
/// of the engine's clock.
struct ScheduledRequest : OrderedRequest {
  enum class State {
    kWaiting,    ///< to be prepared
    kPreparing,  ///< held by the preparer
    kReady,      ///< prepared, or preempted and not spent: waits for a place in the batch
    kRunning,    ///< in the batch
  };

  double deadline = kNever;  ///< it must have begun by then

  // Known once it is prepared.
  std::vector<std::uint64_t> keys;  ///< content keys of the prompt's tokens, then the answer's
  std::int64_t prompt_tokens = 0;
  std::int64_t vision_end = 0;  ///< token behind the last of a picture or clip; 0: none
  RequestMemory memory;         ///< beside its blocks; what is held counts until it is spent
  double ready_since = 0.0;
  bool spent = false;  ///< it has to be prepared again before it can be read from its beginning
  std::int64_t drafts =
      0;  ///< guesses of the tokens that follow, worth reading beside the last that is known

  // The scheduler's own.
  State state = State::kWaiting;
  bool begun = false;           ///< was in the batch once
  bool vision_pending = false;  ///< pictures have to be looked at before the prompt can be read on
  BlockTable table;
  std::int64_t computed = 0;  ///< tokens whose keys and values are in the table's blocks
  std::int64_t prefix_reused = 0;
  std::int64_t preemptions = 0;
  std::uint64_t last_step = 0;

  std::int64_t known() const { return std::ssize(keys); }
  /// Tokens to read before the next token of the answer can be picked; 1 while it decodes.
  std::int64_t left() const { return known() - computed; }
};

/// What the engine does next.
struct StepPlan {
  /// Read tokens [begin, begin + count) of a request; `last`: the next token is picked after them. Then as
  /// many guesses of the tokens that follow as `drafts` says.
  struct Part {
    ScheduledRequest* request = nullptr;
    std::int64_t begin = 0;
    std::int64_t count = 0;
    bool last = false;
    std::int64_t drafts = 0;
  };

  std::vector<Part> parts;               ///< of one pass through the decoder
  ScheduledRequest* vision = nullptr;    ///< a piece of work on this one's pictures comes before it
  std::vector<ScheduledRequest*> begun;  ///< came into the batch
  ScheduledRequest* unfit = nullptr;     ///< found no memory although nothing else runs: cannot be answered
  bool wants_caches = false;  ///< somebody waits for memory that only caches hold: plan again without
  double wake = kNever;       ///< when there is nothing to do: the time to ask again

  bool nothing() const { return parts.empty() && vision == nullptr && unfit == nullptr; }
};

/// Decides what each pass through the model reads: continuous batching with chunked prefill.
///
/// Every step takes one token of each answer that is being written, then pieces of prompts up to the token
/// budget: at least half of what is left to the request that began first, the rest to those that have
/// fewest tokens to go; a prompt that is read alone is read in pieces of about one size. Work on pictures
/// takes turns with pieces of prompts, so running answers wait for one piece of either. A request comes into
/// the batch when there are blocks for all tokens it has and one more for each running request; in the order
/// of RequestOrder, and nobody overtakes the first of it, nor is put out of the batch for it. When an answer
/// grows and no block is left, the lowest in order that runs gives its blocks away, waits at its old place,
/// and is read again with the same tokens.
///
/// Beside blocks, what requests hold for their pictures and compute with has to fit MemoryRoom: who does not
/// fit waits, alone it comes in, and a step reads fewer tokens where there is no room for its activations.
///
/// Answers that have guesses share what few rows the step has left for them. Guesses take no block that a
/// running request may need next.
///
/// No torch, no clock, no lock of its own: the engine calls it under its mutex. plan() costs some
/// microseconds at 32 requests (tests/core/engine/scheduler_cost.cpp).
class Scheduler {
 public:
  /// Prepared requests that may be ahead of the batch, those of lower priority not counted: their pixels take
  /// memory.
  static constexpr std::int64_t kMaxPrepared = 4;
  /// Tokens that a step with guesses reads at most: to so few, products read the weights as they do to one.
  static constexpr std::int64_t kDraftedStep = 8;

  /// `room`: what requests share beside blocks.
  Scheduler(BlockManager blocks, const SchedulingOptions& options, const MemoryRoom& room = {});

  const SchedulingOptions& options() const { return options_; }
  /// Tokens that a step reads at most. With low latency it is twice step_tokens where nobody writes an
  /// answer, who would feel the pause: a step reads every weight, and where memory is slow beside the
  /// arithmetic (AMX, GPUs) 512 rows take little longer than 256. Tokens picked by hand are kept to.
  static std::int64_t step_limit(const SchedulingOptions& options, bool answers);
  /// What prepared requests take beside blocks, in bytes: all that is held, and the largest moment.
  std::uint64_t claimed() const;

  /// Whether a request of so many tokens, prepared now, would have to wait for others. What it could find of
  /// its prompt is not counted, nor caches, which go first.
  bool would_wait(std::int64_t tokens, const RequestMemory& memory) const;
  /// What is left of the shared memory beside all that is prepared, in bytes.
  std::uint64_t room_beside_others() const;

  /// From the next plan on; what runs goes on.
  void set_options(const SchedulingOptions& options) { options_ = options; }

  /// Takes a request (kWaiting). It must stay where it is until end().
  void add(ScheduledRequest& request);
  /// The next request to prepare, now kPreparing; null if enough are prepared or none waits.
  ScheduledRequest* next_to_prepare(double now);
  /// It is prepared (kReady). Its length must be at most capacity_tokens().
  void prepared(ScheduledRequest& request, double now);
  /// Forgets a request in whatever state; its blocks are free, or kept for others unless `spoiled`.
  void end(ScheduledRequest& request, bool spoiled = false);

  /// What to do now, while caches hold so many bytes. Valid until the next call.
  const StepPlan& plan(double now, std::uint64_t cached = 0);
  /// A part was computed.
  void computed(const StepPlan::Part& part);
  /// After computed(): so many of its part's guesses are now known to be the request's tokens.
  void accepted(ScheduledRequest& request, std::int64_t drafts);

  /// Requests that are not in the batch, and those that are.
  std::span<ScheduledRequest* const> waiting() const { return waiting_; }
  std::span<ScheduledRequest* const> running() const { return running_; }

  const BlockManager& blocks() const { return blocks_; }
  /// The longest sequence that fits.
  std::int64_t capacity_tokens() const { return blocks_.total() * blocks_.block_tokens(); }
  std::int64_t preemptions() const { return preemptions_; }
  std::int64_t prefix_tokens_reused() const { return reused_; }
  std::int64_t prefix_tokens_read() const { return read_; }

 private:
  void grow_answers();
  void preempt(ScheduledRequest& request);
  void admit(double now);
  bool take_blocks(ScheduledRequest& request);
  bool has_room(const ScheduledRequest& request);
  std::uint64_t held_by_prepared() const;
  void age_waiting(double now);
  ScheduledRequest* first_ready() const;
  double company_until() const;
  ScheduledRequest* next_vision() const;
  void add_answers();
  void add_prompts();
  static std::int64_t even_piece(std::int64_t left, std::int64_t most);
  void add_drafts();
  std::int64_t room_for_drafts(ScheduledRequest& request, std::int64_t wanted);
  void add_part(ScheduledRequest& request, std::int64_t count);
  std::int64_t batch_limit() const;
  bool has_answers() const;

  BlockManager blocks_;
  SchedulingOptions options_;
  const MemoryRoom room_;
  std::uint64_t cached_ = 0;  ///< bytes that caches hold while a step is planned
  RequestOrder order_;
  std::vector<ScheduledRequest*> waiting_;
  std::vector<ScheduledRequest*> running_;  ///< highest in order first
  std::vector<ScheduledRequest*> chosen_;   ///< of one step, reused
  StepPlan plan_;
  std::int64_t limit_ = 0;  ///< step_limit() of the last plan: who asks for claimed() may not look at answers
  std::int64_t step_tokens_ = 0;  ///< tokens that the step being planned may read
  std::int64_t budget_ = 0;       ///< of those, not given to anybody yet
  bool vision_next_ = true;
  bool short_of_blocks_ = false;  ///< somebody was preempted in this step
  std::uint64_t step_ = 0;
  std::int64_t preemptions_ = 0;
  std::int64_t reused_ = 0;
  std::int64_t read_ = 0;
};

}  // namespace fovea
