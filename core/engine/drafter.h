#pragma once

#include "core/engine/ngram_index.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace fovea {

/// Guesses the next tokens of one answer from its prompt and itself, and how many are worth checking. The
/// model reads the guesses in one step with the token that is certain; those that it would have chosen itself
/// save a step each, the others cost what a row of a step costs.
///
/// Guesses that keep coming true get longer. Where none came true twice running, nothing is guessed for some
/// steps, each time for twice as many: an answer that repeats nothing is guessed at in one step of
/// sixty-four. One owner; no torch.
class Drafter {
 public:
  static constexpr std::size_t kFirst = 3;       ///< guesses a step at first, and after one was wrong
  static constexpr std::int64_t kShortRest = 4;  ///< steps
  static constexpr std::int64_t kLongRest = 64;  ///< steps

  /// `most`: guesses a step, ≥ 1.
  Drafter(std::span<const std::int32_t> prompt, std::size_t most);

  /// The answer's next token is certain.
  void append(std::int32_t id) { text_.append(id); }

  /// At most `room` guesses of the tokens that follow; valid until the next call. Called once a step.
  std::span<const std::int32_t> draft(std::size_t room);

  /// Of the last draft, `read` guesses were checked and `accepted` came true, before anything was appended
  /// that they are not.
  void checked(std::int64_t read, std::int64_t accepted);

 private:
  NgramIndex text_;
  std::size_t most_;
  std::size_t length_;
  std::int64_t misses_ = 0;  ///< drafts running of which nothing came true
  std::int64_t rest_ = 0;    ///< steps still to come without guesses
  std::int64_t next_rest_ = kShortRest;
};

}  // namespace fovea
