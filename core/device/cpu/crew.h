#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace fovea::cpu {

/// Threads that do short pieces of work together with the one that owns them; no torch, no OpenMP.
///
/// A step of a small model is a hundred pieces of 5 to 50 µs. libgomp either sleeps between two of them,
/// which costs more than the piece, or spins without end, which starves whatever else wants the core. Here a
/// helper spins for as long as it was worth before, at most kMostSpin, then sleeps. Pieces are taken, not
/// dealt out: a helper that wakes late finds nothing left and nobody has waited for it.
///
/// One thread owns a crew and calls run(); pieces must not throw and must not call run() of the same crew.
class Crew {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a helper spins for at most before it sleeps, and the owner for the last piece.
  static constexpr std::chrono::microseconds kMostSpin{200};
  static constexpr int kMostPieces = 0xffff;

  /// `threads` ≥ 1, the owner among them. Where the system gives fewer, the crew is smaller.
  explicit Crew(int threads);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// As asked for.
  int threads() const { return threads_; }

  /// piece(i) for all 0 ≤ i < pieces ≤ kMostPieces, each once, on any of the threads; returns when all are
  /// done.
  template <typename Piece>
  void run(int pieces, Piece&& piece) {
    using Plain = std::remove_reference_t<Piece>;
    run_pieces(
        pieces, [](void* self, int i) { (*static_cast<Plain*>(self))(i); },
        const_cast<void*>(static_cast<const void*>(&piece)));
  }

 private:
  using Call = void (*)(void*, int);

  /// Job, pieces and the next of them in one word, so that who takes a piece takes it of that very job.
  struct Ticket {
    std::uint32_t job;
    std::uint16_t pieces, next;
  };
  static std::uint64_t packed(Ticket ticket);
  static Ticket unpacked(std::uint64_t word);

  void run_pieces(int pieces, Call call, void* work);
  /// Takes pieces of the job until none is left.
  void take(std::uint32_t job);
  void help();

  const int threads_;
  Call call_ = nullptr;  ///< of the job under way; written while no piece can be taken
  void* work_ = nullptr;
  std::uint32_t jobs_ = 0;  ///< the owner's count
  alignas(64) std::atomic<std::uint64_t> tickets_{0};
  alignas(64) std::atomic<std::uint32_t> job_{0};  ///< what helpers sleep on
  alignas(64) std::atomic<int> done_{0};           ///< pieces of the job
  std::atomic<bool> ends_{false};
  std::vector<std::thread> helpers_;
};

}  // namespace fovea::cpu
