#include "core/engine/drafter.h"

#include <algorithm>

namespace fovea {
namespace {

/// The share of a guess's outcome in what is thought of the next.
constexpr double kNewest = 1.0 / 8.0;

/// Guesses must promise so many tokens for the time of a step of one row. Those that seem to be worth just
/// their cost are less often so than not: what seems best is in part luck.
constexpr double kWorthReading = 1.1;

}  // namespace

Drafter::Drafter(std::span<const std::int32_t> prompt, std::size_t most)
    : text_(prompt), most_(most), trust_{0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.85, 0.95} {}

void Drafter::append(std::int32_t id) {
  text_.append(id);
  if (seen_ >= guesses_.size()) return;
  const bool came_true = guesses_[seen_] == id;
  double& trust = trust_[std::min(matched_ + seen_, trust_.size()) - 1];
  trust += kNewest * ((came_true ? 1.0 : 0.0) - trust);
  seen_ = came_true ? seen_ + 1 : guesses_.size();
}

std::span<const std::int32_t> Drafter::draft(std::size_t room) {
  const NgramIndex::Continuation found = text_.continuation(most_);
  guesses_.assign(found.ids.begin(), found.ids.end());
  matched_ = found.matched;
  seen_ = 0;

  std::size_t length = 0;
  double reached = 1.0;  // how likely all guesses so far come true
  double tokens = 1.0;   // that the step is expected to give
  double best = kWorthReading;
  for (std::size_t i = 0; i < std::min(room, guesses_.size()); ++i) {
    reached *= trust(matched_ + i);
    tokens += reached;
    const double speed = tokens / (1.0 + kRowCost * static_cast<double>(i + 1));
    if (speed <= best) continue;
    best = speed;
    length = i + 1;
  }
  return std::span(guesses_).first(length);
}

}  // namespace fovea
