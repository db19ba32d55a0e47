#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fovea::text {

/// The merges of a BPE model: for a pair of neighbouring tokens, how early it merges and into what.
class MergeTable {
 public:
  struct Merge {
    std::int32_t rank = -1;  ///< lower merges first; -1: the pair does not merge
    std::int32_t id = -1;
  };

  /// `merges` is how many will be added.
  explicit MergeTable(std::size_t merges = 0);

  /// A pair added again gets the later rank, as in the reference.
  void add(std::int32_t left, std::int32_t right, Merge merge);
  Merge find(std::int32_t left, std::int32_t right) const;

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t pair = kFree;
    Merge merge;
  };

  std::size_t slot_of(std::uint64_t pair) const;

  std::uint64_t seed_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two, at most two thirds full
};

/// Merges `ids` (a word's bytes as tokens) until no pair of neighbours merges: always the pair of lowest
/// rank, of those the leftmost; appends what is left to `out`. n log n for n ids.
void apply_merges(const MergeTable& merges, std::span<const std::int32_t> ids,
                  std::vector<std::int32_t>& out);

}  // namespace fovea::text
