#include "core/engine/scheduler.h"

#include <algorithm>
#include <utility>

namespace fovea {
namespace {

using State = ScheduledRequest::State;

/// The order among requests that run: who came later on a lower level gives way to the others.
bool outranks(const ScheduledRequest* a, const ScheduledRequest* b) {
  return a->level != b->level ? a->level > b->level : a->id < b->id;
}

bool writes_answer(const ScheduledRequest* request) {
  return request->left() == 1 && !request->vision_pending;
}

bool reads_prompt(const ScheduledRequest* request) {
  return request->left() > 1 && !request->vision_pending;
}

/// What they hold beside blocks.
std::uint64_t held_by(std::span<ScheduledRequest* const> requests) {
  std::uint64_t held = 0;
  for (const ScheduledRequest* request : requests) {
    const bool prepared = request->state == State::kReady || request->state == State::kRunning;
    if (prepared && !request->spent) held += request->memory.held;
  }
  return held;
}

}  // namespace

Scheduler::Scheduler(BlockManager blocks, const SchedulingOptions& options, const MemoryRoom& room)
    : blocks_(std::move(blocks)), options_(options), room_(room) {}

void Scheduler::add(ScheduledRequest& request) {
  order_.enter(request);
  waiting_.push_back(&request);
}

void Scheduler::end(ScheduledRequest& request, bool spoiled) {
  spoiled ? blocks_.discard(request.table) : blocks_.release(request.table);
  order_.leave(request);
  std::erase(request.state == State::kRunning ? running_ : waiting_, &request);
}

void Scheduler::age_waiting(double now) {
  std::int64_t top = std::numeric_limits<std::int64_t>::min();
  for (const ScheduledRequest* request : waiting_) top = std::max(top, request->priority);
  for (ScheduledRequest* request : waiting_) RequestOrder::age(*request, now, top);
}

ScheduledRequest* Scheduler::next_to_prepare(double now) {
  age_waiting(now);
  ScheduledRequest* best = nullptr;
  for (ScheduledRequest* request : waiting_) {
    if (request->state != State::kWaiting) continue;
    if (best == nullptr || RequestOrder::before(*request, *best, Gate::kPrepare)) best = request;
  }
  if (best == nullptr) return nullptr;
  std::int64_t ahead = 0;
  std::int64_t all = 0;
  for (const ScheduledRequest* request : waiting_) {
    if (request->state == State::kWaiting || request->begun) continue;
    ++all;
    if (request->level >= best->level) ++ahead;
  }
  if (ahead >= kMaxPrepared || all >= 2 * kMaxPrepared) return nullptr;
  // Who is not let in should not take much from those who are. How much, nobody knows before it is prepared.
  if (room_.known() && held_by(waiting_) > room_.shared() / 4) return nullptr;
  best->state = State::kPreparing;
  order_.served(*best, Gate::kPrepare);
  return best;
}

void Scheduler::prepared(ScheduledRequest& request, double now) {
  request.state = State::kReady;
  request.spent = false;
  request.ready_since = now;
}

std::uint64_t Scheduler::held_by_prepared() const {
  return held_by(waiting_) + held_by(running_);
}

std::uint64_t Scheduler::claimed() const {
  std::uint64_t peak = 0;
  for (const ScheduledRequest* request : running_) {
    if (request->vision_pending) peak = std::max(peak, request->memory.peak);
  }
  const std::uint64_t held = held_by_prepared();
  if (running_.empty()) return held;
  return held + std::max(peak, room_.step(room_.rows_beside(held + cached_, limit_)));
}

bool Scheduler::would_wait(std::int64_t tokens, const RequestMemory& memory) const {
  if (!waiting_.empty() || std::ssize(running_) >= batch_limit()) return true;
  if (running_.empty()) return false;
  std::uint64_t peak = memory.peak;
  for (const ScheduledRequest* other : running_) {
    if (other->vision_pending) peak = std::max(peak, other->memory.peak);
  }
  if (!room_.fits(held_by_prepared() + memory.held, peak)) return true;
  return blocks_.blocks_for(tokens) + std::ssize(running_) > blocks_.available();
}

std::uint64_t Scheduler::room_beside_others() const {
  const std::uint64_t held = held_by_prepared();
  return room_.shared() > held ? room_.shared() - held : 0;
}

const StepPlan& Scheduler::plan(double now, std::uint64_t cached) {
  plan_.parts.clear();
  plan_.begun.clear();
  plan_.vision = nullptr;
  plan_.unfit = nullptr;
  plan_.wants_caches = false;
  plan_.wake = kNever;
  ++step_;
  cached_ = cached;
  short_of_blocks_ = false;

  grow_answers();
  if (!short_of_blocks_ || running_.empty()) admit(now);
  limit_ = step_limit(options_, has_answers());
  step_tokens_ = room_.rows_beside(held_by_prepared() + cached_, limit_);
  budget_ = step_tokens_;
  add_answers();
  plan_.vision = next_vision();
  const bool prompts = std::any_of(running_.begin(), running_.end(), reads_prompt);
  if (plan_.vision != nullptr && prompts && !std::exchange(vision_next_, !vision_next_)) {
    plan_.vision = nullptr;
  }
  if (plan_.vision == nullptr && prompts) add_prompts();
  add_drafts();
  return plan_;
}

void Scheduler::grow_answers() {
  // From the highest in order, so that it's the lowest who gives way; preempt() shortens the list at its end.
  for (std::size_t i = 0; i < running_.size(); ++i) {
    ScheduledRequest& request = *running_[i];
    while (request.state == State::kRunning && !blocks_.grow(request.table, request.known())) {
      preempt(*running_.back());
    }
  }
}

void Scheduler::preempt(ScheduledRequest& request) {
  blocks_.release(request.table);
  request.computed = 0;
  request.state = request.spent ? State::kWaiting : State::kReady;
  ++request.preemptions;
  ++preemptions_;
  std::erase(running_, &request);
  waiting_.push_back(&request);
  short_of_blocks_ = true;
}

std::int64_t Scheduler::step_limit(const SchedulingOptions& options, bool answers) {
  const bool larger = options.mode == SchedulingMode::kLowLatency && !answers;
  return larger ? 2 * options.step_tokens : options.step_tokens;
}

bool Scheduler::has_answers() const {
  return std::any_of(running_.begin(), running_.end(), writes_answer);
}

std::int64_t Scheduler::batch_limit() const {
  return std::min<std::int64_t>(options_.max_batch, options_.step_tokens);
}

ScheduledRequest* Scheduler::first_ready() const {
  ScheduledRequest* best = nullptr;
  for (ScheduledRequest* request : waiting_) {
    if (request->state != State::kReady) continue;
    if (best == nullptr || RequestOrder::before(*request, *best, Gate::kBegin)) best = request;
  }
  return best;
}

double Scheduler::company_until() const {
  double since = kNever;
  std::int64_t ready = 0;
  for (const ScheduledRequest* request : waiting_) {
    if (request->state != State::kReady) continue;
    if (request->begun) return 0.0;  // was preempted, and has waited enough
    since = std::min(since, request->ready_since);
    ++ready;
  }
  return ready >= std::min(batch_limit(), kMaxPrepared) ? 0.0 : since + options_.max_wait_seconds;
}

void Scheduler::admit(double now) {
  if (waiting_.empty()) return;
  age_waiting(now);
  if (running_.empty()) {
    if (const double until = company_until(); now < until) {
      plan_.wake = until;
      return;
    }
  }
  while (std::ssize(running_) < batch_limit()) {
    ScheduledRequest* request = first_ready();
    if (request == nullptr) return;
    if (!has_room(*request)) return;
    if (!take_blocks(*request)) {
      if (running_.empty()) plan_.unfit = request;
      return;
    }
    order_.served(*request, Gate::kBegin);
    std::erase(waiting_, request);
    running_.insert(std::upper_bound(running_.begin(), running_.end(), request, outranks), request);
    request->state = State::kRunning;
    request->begun = true;
    request->deadline = kNever;
    request->vision_pending = request->vision_end > request->computed;
    plan_.begun.push_back(request);
  }
}

/// Whether it fits beside all that is prepared; alone, beside nothing: what waits holds its pictures anyway.
bool Scheduler::has_room(const ScheduledRequest& request) {
  std::uint64_t peak = request.memory.peak;
  for (const ScheduledRequest* other : running_) {
    if (other->vision_pending) peak = std::max(peak, other->memory.peak);
  }
  const std::uint64_t held = running_.empty() ? request.memory.held : held_by_prepared();
  if (room_.fits(held + cached_, peak)) return true;
  if (cached_ > 0 && room_.fits(held, peak)) plan_.wants_caches = true;
  if (!plan_.wants_caches && running_.empty()) plan_.unfit = first_ready();
  return false;
}

bool Scheduler::take_blocks(ScheduledRequest& request) {
  // The last token is always computed: the answer's next comes from it.
  const std::int64_t found = blocks_.adopt(request.table, request.keys, request.known() - 1);
  const bool enough =
      blocks_.grow(request.table, request.known()) && blocks_.available() >= std::ssize(running_);
  if (!enough) {
    blocks_.release(request.table);
    return false;
  }
  request.computed = found;
  if (!request.begun) request.prefix_reused = found;
  reused_ += std::min(found, request.prompt_tokens);
  return true;
}

ScheduledRequest* Scheduler::next_vision() const {
  for (ScheduledRequest* request : running_) {
    if (request->vision_pending) return request;
  }
  return nullptr;
}

void Scheduler::add_part(ScheduledRequest& request, std::int64_t count) {
  if (count == 0) return;
  plan_.parts.push_back({&request, request.computed, count, count == request.left(), 0});
  request.last_step = step_;
  budget_ -= count;
}

void Scheduler::add_answers() {
  chosen_.clear();
  std::copy_if(running_.begin(), running_.end(), std::back_inserter(chosen_), writes_answer);
  if (std::ssize(chosen_) > budget_) {  // only after the options were lowered: then they take turns
    std::stable_sort(
        chosen_.begin(), chosen_.end(),
        [](const ScheduledRequest* a, const ScheduledRequest* b) { return a->last_step < b->last_step; });
    chosen_.resize(static_cast<std::size_t>(budget_));
  }
  for (ScheduledRequest* request : chosen_) add_part(*request, 1);
}

/// Of so many tokens, what is read in this step for all steps to read about as much: a short last one would
/// read every weight for a few tokens. Whole pairs of the products' tiles, so that none works for nothing.
std::int64_t Scheduler::even_piece(std::int64_t left, std::int64_t most) {
  constexpr std::int64_t kTileRows = 32;
  if (most == 0) return 0;  // answers took it all
  const std::int64_t pieces = (left + most - 1) / most;
  const std::int64_t even = (left + pieces - 1) / pieces;
  return std::min({left, most, (even + kTileRows - 1) / kTileRows * kTileRows});
}

void Scheduler::add_prompts() {
  chosen_.clear();
  std::copy_if(running_.begin(), running_.end(), std::back_inserter(chosen_), reads_prompt);
  ScheduledRequest& first = *chosen_.front();
  const std::int64_t reserved = std::min(first.left(), (budget_ + 1) / 2);
  budget_ -= reserved;
  std::stable_sort(
      chosen_.begin() + 1, chosen_.end(),
      [](const ScheduledRequest* a, const ScheduledRequest* b) { return a->left() < b->left(); });
  for (auto request = chosen_.begin() + 1; request != chosen_.end(); ++request) {
    add_part(**request, std::min((*request)->left(), budget_));
  }
  budget_ += reserved;
  add_part(first, chosen_.size() == 1 ? even_piece(first.left(), budget_) : std::min(first.left(), budget_));
}

void Scheduler::add_drafts() {
  const auto has_drafts = [](const StepPlan::Part& part) {
    return part.last && part.count == 1 && part.request->drafts > 0;
  };
  std::int64_t room = std::min(budget_, kDraftedStep - (step_tokens_ - budget_));
  std::int64_t takers = std::count_if(plan_.parts.begin(), plan_.parts.end(), has_drafts);
  for (StepPlan::Part& part : plan_.parts) {
    if (room <= 0) return;
    if (!has_drafts(part)) continue;
    const std::int64_t share = (room + takers - 1) / takers;
    --takers;
    part.drafts = room_for_drafts(*part.request, std::min(share, part.request->drafts));
    room -= part.drafts;
  }
}

std::int64_t Scheduler::room_for_drafts(ScheduledRequest& request, std::int64_t wanted) {
  const std::int64_t held = std::ssize(request.table.blocks);
  const std::int64_t more = blocks_.blocks_for(request.known() + wanted) - held;
  if (more <= 0) return wanted;
  if (blocks_.available() - more >= std::ssize(running_) &&
      blocks_.grow(request.table, request.known() + wanted)) {
    return wanted;
  }
  return held * blocks_.block_tokens() - request.known();
}

void Scheduler::computed(const StepPlan::Part& part) {
  ScheduledRequest& request = *part.request;
  request.computed = part.begin + part.count;
  read_ += std::max<std::int64_t>(0, std::min(request.computed, request.prompt_tokens) - part.begin);
  blocks_.seal(request.table, request.keys, request.computed);
}

void Scheduler::accepted(ScheduledRequest& request, std::int64_t drafts) {
  request.computed += drafts;
  blocks_.seal(request.table, request.keys, request.computed);
}

}  // namespace fovea
