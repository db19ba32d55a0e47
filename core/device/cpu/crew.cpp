#include "core/device/cpu/crew.h"

#include <algorithm>
#include <system_error>

#include <pthread.h>

namespace fovea::cpu {
namespace {

constexpr std::chrono::microseconds kFirstSpin{50};
constexpr std::chrono::microseconds kLeastSpin{2};
constexpr int kPausesAReading = 16;  // of the clock

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Until `ready()` or the time is over; whether it was ready.
template <typename Ready>
bool spin(Crew::Clock::time_point end, const Ready& ready) {
  while (true) {
    for (int i = 0; i < kPausesAReading; ++i) {
      if (ready()) return true;
      pause();
    }
    if (Crew::Clock::now() >= end) return ready();
  }
}

}  // namespace

std::uint64_t Crew::packed(Ticket ticket) {
  return std::uint64_t{ticket.job} << 32 | std::uint64_t{ticket.pieces} << 16 | ticket.next;
}

Crew::Ticket Crew::unpacked(std::uint64_t word) {
  return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint16_t>(word >> 16),
          static_cast<std::uint16_t>(word)};
}

Crew::Crew(int threads) : threads_(threads) {
  try {
    for (int i = 1; i < threads; ++i) {
      helpers_.emplace_back([this] { help(); });
      pthread_setname_np(helpers_.back().native_handle(), "fovea-crew");
    }
  } catch (const std::system_error&) {  // the system gives no more threads: fewer do the same
  }
}

Crew::~Crew() {
  ends_ = true;
  ++job_;
  job_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Crew::run_pieces(int pieces, Call call, void* work) {
  if (pieces <= 1 || helpers_.empty()) {
    for (int i = 0; i < pieces; ++i) call(work, i);
    return;
  }
  call_ = call;
  work_ = work;
  done_.store(0, std::memory_order_relaxed);
  const std::uint32_t job = ++jobs_;
  tickets_.store(packed({job, static_cast<std::uint16_t>(pieces), 0}), std::memory_order_release);
  job_.store(job);
  job_.notify_all();
  take(job);
  const auto over = [&] { return done_.load(std::memory_order_acquire) == pieces; };
  if (over() || spin(Clock::now() + kMostSpin, over)) return;
  for (int done = done_.load(std::memory_order_acquire); done != pieces;
       done = done_.load(std::memory_order_acquire)) {
    done_.wait(done, std::memory_order_acquire);
  }
}

void Crew::take(std::uint32_t job) {
  std::uint64_t word = tickets_.load(std::memory_order_acquire);
  while (true) {
    Ticket ticket = unpacked(word);
    if (ticket.job != job || ticket.next >= ticket.pieces) return;
    const int piece = ticket.next++;
    if (!tickets_.compare_exchange_weak(word, packed(ticket), std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
      continue;
    }
    call_(work_, piece);
    // After the last piece the owner may begin another job: nothing of this one may be touched.
    const bool last = done_.fetch_add(1, std::memory_order_acq_rel) + 1 == ticket.pieces;
    if (last) done_.notify_one();
    word = tickets_.load(std::memory_order_acquire);
  }
}

void Crew::help() {
  std::uint32_t seen = 0;
  Clock::duration limit = kFirstSpin;
  while (true) {
    const Clock::time_point idle = Clock::now();
    const auto called = [&] { return job_.load(std::memory_order_acquire) != seen; };
    if (!spin(idle + limit, called)) {
      job_.wait(seen);
      const bool worth = Clock::now() - idle < kMostSpin;
      limit = worth ? std::min<Clock::duration>(2 * limit, kMostSpin)
                    : std::max<Clock::duration>(limit / 2, kLeastSpin);
    }
    if (ends_.load(std::memory_order_acquire)) return;
    seen = job_.load(std::memory_order_acquire);
    take(seen);
  }
}

}  // namespace fovea::cpu
