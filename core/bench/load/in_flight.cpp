#include "core/bench/load/in_flight.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace fovea::bench {

struct InFlight::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::int64_t, Ended> running;  ///< by ticket
  std::map<std::int64_t, RequestId> ids;
  std::deque<Ended> ended;

  /// The mutex is held.
  void end(std::int64_t ticket) {
    const auto place = running.find(ticket);
    place->second.ended = Clock::now();
    ended.push_back(std::move(place->second));
    running.erase(place);
    ids.erase(ticket);
    changed.notify_all();
  }
};

InFlight::InFlight(Engine& engine) : engine_(engine), shared_(std::make_shared<Shared>()) {}

InFlight::~InFlight() {
  cancel();
  while (size_ > 0) next(Clock::now() + std::chrono::seconds(1));
}

void InFlight::send(GenerationRequest request, std::int64_t ticket) {
  ++size_;
  const std::shared_ptr<Shared> shared = shared_;
  {
    const std::lock_guard lock(shared->mutex);
    Ended& entry = shared->running[ticket];
    entry.ticket = ticket;
    entry.sent = Clock::now();
  }
  Result<RequestId> id = engine_.submit(std::move(request), [shared, ticket](GenerationEvent event) {
    const std::lock_guard lock(shared->mutex);
    const auto place = shared->running.find(ticket);
    if (place != shared->running.end() && absorb(place->second.answer, std::move(event))) shared->end(ticket);
  });
  const std::lock_guard lock(shared->mutex);
  const auto place = shared->running.find(ticket);
  if (place == shared->running.end()) return;  // ended already
  if (id) {
    shared->ids[ticket] = *id;
  } else {
    place->second.answer.error = std::move(id).error();
    shared->end(ticket);
  }
}

std::optional<InFlight::Ended> InFlight::next(Clock::time_point until) {
  std::unique_lock lock(shared_->mutex);
  if (!shared_->changed.wait_until(lock, until, [&] { return !shared_->ended.empty(); })) return std::nullopt;
  Ended ended = std::move(shared_->ended.front());
  shared_->ended.pop_front();
  --size_;
  return ended;
}

void InFlight::cancel() {
  std::map<std::int64_t, RequestId> ids;
  {
    const std::lock_guard lock(shared_->mutex);
    ids = shared_->ids;
  }
  for (const auto& [ticket, id] : ids) engine_.cancel(id);
}

RequestRecord record_of(const InFlight::Ended& ended, const RunRecorder& recorder, const std::string& group,
                        int run) {
  const auto since = [&](InFlight::Clock::time_point time) {
    return std::chrono::duration<double>(time - recorder.begin()).count();
  };
  RequestRecord record = record_of(ended.answer);
  record.group = group;
  record.run = run;
  record.sent_seconds = since(ended.sent);
  record.ended_seconds = since(ended.ended);
  return record;
}

}  // namespace fovea::bench
