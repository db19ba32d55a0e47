#pragma once

#include "app/cli/console.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::cli {

/// What the program is doing, on standard error. On a terminal one line with a spinner, rewritten in place;
/// in a pipe or file a plain line when the step changes and every few seconds of a long step. One thread at a
/// time.
class StatusLine {
 public:
  /// Says nothing at all when `quiet`.
  StatusLine(Output& err, bool quiet) : err_(err), style_(err), quiet_(quiet) {}
  ~StatusLine() { clear(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  /// `step`: "Reading the prompt"; `detail`: "300 of 812 tokens", may be empty. Cheap enough for every event.
  void show(std::string_view step, std::string_view detail = {});
  /// Turns the spinner; called now and then while nothing happens.
  void tick();
  /// Takes the line away. Anything else that is written to the terminal comes after this.
  void clear();
  /// A line that stays.
  void keep(std::string_view text);

 private:
  using Clock = std::chrono::steady_clock;

  void draw();

  Output& err_;
  Style style_;
  bool quiet_;
  bool visible_ = false;
  std::size_t frame_ = 0;
  std::string step_;
  std::string detail_;
  Clock::time_point written_;
};

}  // namespace fovea::cli
