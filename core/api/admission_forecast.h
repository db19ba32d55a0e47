#pragma once

#include <cstdint>

namespace fovea {

/// Whether a question would be let in if it were sent now. What is kept of its prompt from earlier questions
/// is not looked at, so one that is said to wait may come in at once.
struct AdmissionForecast {
  enum class Verdict {
    kAtOnce,
    kWaits,     ///< until questions that run or wait before it give back places or memory
    kTooLarge,  ///< refused: its pictures need more memory than there is beside the model
    kTooLong,   ///< refused: more tokens than the model reads, or than the keys and values have room for
  };

  Verdict verdict = Verdict::kAtOnce;
  std::uint64_t needed = 0;  ///< bytes beside model, keys and values: for pictures and activations
  std::uint64_t room = 0;    ///< bytes there are for that; with kWaits, beside other questions; 0: not known
  std::int64_t most_tokens = 0;  ///< of a prompt
  /// Pixels of all its pictures and clips together, resized, with which it would be let in (with kWaits: at
  /// once). 0: it is let in, or no size would do.
  std::int64_t fitting_pixels = 0;

  bool refused() const { return verdict == Verdict::kTooLarge || verdict == Verdict::kTooLong; }
};

}  // namespace fovea
