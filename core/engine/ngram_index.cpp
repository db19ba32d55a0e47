#include "core/engine/ngram_index.h"

#include <algorithm>

namespace fovea {

NgramIndex::NgramIndex(std::span<const std::int32_t> ids) {
  ids_.reserve(2 * ids.size());
  for (auto& places : behind_) places.reserve(ids.size());
  for (const std::int32_t id : ids) append(id);
}

std::uint64_t NgramIndex::last(std::size_t n) const {
  constexpr unsigned kBits = 21;
  std::uint64_t run = 0;
  for (auto id = ids_.end() - static_cast<std::ptrdiff_t>(n); id != ids_.end(); ++id) {
    run = (run << kBits) | (static_cast<std::uint64_t>(*id) & ((std::uint64_t{1} << kBits) - 1));
  }
  return run;
}

void NgramIndex::append(std::int32_t id) {
  // The runs that ended the text until now are followed by this id.
  for (std::size_t n = 1; n <= std::min(kLongest, ids_.size()); ++n) behind_[n - 1][last(n)] = ids_.size();
  ids_.push_back(id);
}

NgramIndex::Continuation NgramIndex::continuation(std::size_t most) {
  for (std::size_t n = std::min(kLongest, ids_.size()); n > 0; --n) {
    const auto place = behind_[n - 1].find(last(n));
    if (place == behind_[n - 1].end()) continue;
    const std::span<const std::int32_t> rest = std::span(ids_).subspan(place->second);
    found_.clear();
    for (std::size_t i = 0; i < most; ++i) found_.push_back(rest[i % rest.size()]);
    std::size_t matched = n;
    while (matched < std::min(kLongestMatch, place->second) &&
           ids_[ids_.size() - 1 - matched] == ids_[place->second - 1 - matched]) {
      ++matched;
    }
    return {matched, found_};
  }
  return {};
}

}  // namespace fovea
