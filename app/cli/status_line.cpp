#include "app/cli/status_line.h"

#include "app/cli/plain_text.h"
#include "app/cli/report.h"

#include <array>

namespace fovea::cli {
namespace {

constexpr auto kFrame = std::chrono::milliseconds(100);
constexpr auto kLogEvery = std::chrono::seconds(5);
constexpr std::array<std::string_view, 10> kSpinner = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

}  // namespace

void StatusLine::show(std::string_view step, std::string_view detail) {
  if (quiet_) return;
  const bool changed = step != step_;
  step_ = step;
  detail_ = detail;
  const auto now = Clock::now();
  if (err_.terminal()) {
    if (changed || !visible_ || now - written_ >= kFrame) draw();
    return;
  }
  if (!changed && now - written_ < kLogEvery) return;
  written_ = now;
  print_line(err_, detail_.empty() ? step_ : step_ + ": " + detail_);
}

void StatusLine::tick() {
  if (!quiet_ && visible_ && Clock::now() - written_ >= kFrame) draw();
}

void StatusLine::clear() {
  if (visible_) err_.write("\r\x1b[K");
  visible_ = false;
}

void StatusLine::keep(std::string_view text) {
  if (quiet_) return;
  clear();
  print_line(err_, text);
}

void StatusLine::draw() {
  written_ = Clock::now();
  frame_ = (frame_ + 1) % kSpinner.size();
  const std::string text = harmless(detail_.empty() ? step_ : step_ + "  " + detail_);
  // Two cells for the spinner and one spare: a full line would wrap and could not be rewritten.
  const int room = err_.columns() - 3;
  const std::string line = fitted(text, room > 0 ? static_cast<std::size_t>(room) : 0);
  err_.write("\r\x1b[K" + style_.cyan(kSpinner[frame_]) + " " + line);
  visible_ = true;
}

}  // namespace fovea::cli
