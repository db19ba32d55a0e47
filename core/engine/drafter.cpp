#include "core/engine/drafter.h"

#include <algorithm>

namespace fovea {

Drafter::Drafter(std::span<const std::int32_t> prompt, std::size_t most)
    : text_(prompt), most_(most), length_(std::min(most, kFirst)) {}

std::span<const std::int32_t> Drafter::draft(std::size_t room) {
  if (rest_ > 0) {
    --rest_;
    return {};
  }
  return text_.continuation(std::min(room, length_)).ids;
}

void Drafter::checked(std::int64_t read, std::int64_t accepted) {
  if (read == 0) return;
  length_ = std::min(most_, accepted == read ? most_ : kFirst);
  if (accepted > 0) {
    misses_ = 0;
    next_rest_ = kShortRest;
  } else if (++misses_ >= 2) {
    rest_ = next_rest_;
    next_rest_ = std::min(2 * next_rest_, kLongRest);
  }
}

}  // namespace fovea
