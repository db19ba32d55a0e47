#pragma once

#include <atomic>

namespace fovea::cli {

/// Whether Ctrl+C was pressed. `trigger` may be called from a signal handler, the rest from any thread.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Notes one press; the number of presses since the last `clear`.
  int trigger() noexcept;
  bool requested() const { return presses_.load() > 0; }
  /// Forgets the presses so far.
  void clear();
  /// Readable once pressed, for poll(); -1 if there is none.
  int wake_descriptor() const { return pipe_[0]; }

 private:
  std::atomic<int> presses_ = 0;
  int pipe_[2] = {-1, -1};
};

/// From here on SIGINT goes to `interrupt`: the first press asks for an end, a second one before `clear` ends
/// the process at once with status 130. SIGPIPE and SIGXFSZ are ignored, so that a write tells of a closed
/// pipe or of a file that is as large as `ulimit -f` allows.
/// `interrupt` must live as long as the process takes signals.
void take_signals(Interrupt& interrupt);

/// From here on SIGTERM asks for an end as SIGINT does: for a verb that runs until it is stopped.
void take_termination();

}  // namespace fovea::cli
