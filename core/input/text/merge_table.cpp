#include "core/input/text/merge_table.h"

#include "core/input/text/hash.h"

#include <algorithm>
#include <bit>
#include <queue>

namespace fovea::text {
namespace {

/// Up to here, looking at every pair for each merge is faster than a heap.
constexpr std::size_t kShortWord = 48;

void merge_short(const MergeTable& table, std::span<const std::int32_t> ids, std::vector<std::int32_t>& out) {
  const std::size_t base = out.size();
  out.insert(out.end(), ids.begin(), ids.end());
  std::int32_t* const word = out.data() + base;
  std::size_t count = ids.size();
  MergeTable::Merge merges[kShortWord];  // merges[i]: of word[i] and word[i + 1]
  for (std::size_t i = 0; i + 1 < count; ++i) merges[i] = table.find(word[i], word[i + 1]);
  while (count > 1) {
    std::size_t best = count;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (merges[i].rank >= 0 && (best == count || merges[i].rank < merges[best].rank)) best = i;
    }
    if (best == count) break;
    word[best] = merges[best].id;
    std::copy(word + best + 2, word + count, word + best + 1);
    std::copy(merges + best + 1, merges + count - 1, merges + best);
    --count;
    if (best > 0) merges[best - 1] = table.find(word[best - 1], word[best]);
    if (best + 1 < count) merges[best] = table.find(word[best], word[best + 1]);
  }
  out.resize(base + count);
}

struct Symbol {
  std::int32_t id;
  std::int32_t previous, next;  ///< -1: none
};

struct Candidate {
  MergeTable::Merge merge;
  std::int32_t at;           ///< index of the left symbol
  std::int32_t left, right;  ///< their ids when this was found: out of date if they changed

  bool operator<(const Candidate& other) const {
    return merge.rank != other.merge.rank ? merge.rank > other.merge.rank : at > other.at;
  }
};

void merge_long(const MergeTable& table, std::span<const std::int32_t> ids, std::vector<std::int32_t>& out) {
  const auto count = static_cast<std::int32_t>(ids.size());
  std::vector<Symbol> symbols(ids.size());
  auto symbol = [&](std::int32_t i) -> Symbol& { return symbols[static_cast<std::size_t>(i)]; };
  for (std::int32_t i = 0; i < count; ++i) {
    symbol(i) = {ids[static_cast<std::size_t>(i)], i - 1, i + 1 < count ? i + 1 : -1};
  }
  std::vector<Candidate> first;
  auto candidate = [&](std::int32_t at) {
    const Symbol& left = symbol(at);
    if (left.next < 0) return Candidate{};
    const std::int32_t right = symbol(left.next).id;
    return Candidate{table.find(left.id, right), at, left.id, right};
  };
  for (std::int32_t i = 0; i + 1 < count; ++i) {
    if (const Candidate found = candidate(i); found.merge.rank >= 0) first.push_back(found);
  }
  std::priority_queue<Candidate> queue(std::less<Candidate>(), std::move(first));
  while (!queue.empty()) {
    const Candidate top = queue.top();
    queue.pop();
    Symbol& left = symbol(top.at);
    if (left.id != top.left || left.next < 0 || symbol(left.next).id != top.right) continue;
    Symbol& right = symbol(left.next);
    left.id = top.merge.id;
    right.id = -1;
    left.next = right.next;
    if (left.next >= 0) symbol(left.next).previous = top.at;
    if (left.previous >= 0) {
      if (const Candidate found = candidate(left.previous); found.merge.rank >= 0) queue.push(found);
    }
    if (const Candidate found = candidate(top.at); found.merge.rank >= 0) queue.push(found);
  }
  for (std::int32_t i = 0; i >= 0; i = symbol(i).next) out.push_back(symbol(i).id);
}

}  // namespace

MergeTable::MergeTable(std::size_t merges)
    : seed_(process_hash_seed()), slots_(std::bit_ceil(merges + merges / 2 + 16)) {}

std::size_t MergeTable::slot_of(std::uint64_t pair) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = fold_multiply(pair ^ seed_, 0x9E3779B97F4A7C15ULL) & mask;
  while (slots_[i].pair != pair && slots_[i].pair != kFree) i = (i + 1) & mask;
  return i;
}

namespace {
std::uint64_t pair_of(std::int32_t left, std::int32_t right) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
         static_cast<std::uint32_t>(right);
}
}  // namespace

void MergeTable::add(std::int32_t left, std::int32_t right, Merge merge) {
  const std::uint64_t pair = pair_of(left, right);
  slots_[slot_of(pair)] = {pair, merge};
}

MergeTable::Merge MergeTable::find(std::int32_t left, std::int32_t right) const {
  return slots_[slot_of(pair_of(left, right))].merge;
}

void apply_merges(const MergeTable& merges, std::span<const std::int32_t> ids,
                  std::vector<std::int32_t>& out) {
  if (ids.empty()) return;
  if (ids.size() <= kShortWord) {
    merge_short(merges, ids, out);
  } else {
    merge_long(merges, ids, out);
  }
}

}  // namespace fovea::text
