#include "core/input/text/merge_table.h"

#include <random>

#include <gtest/gtest.h>

namespace fovea::text {
namespace {

/// BPE by the book: look at all pairs, merge the best, begin again.
std::vector<std::int32_t> merge_by_the_book(const MergeTable& merges, std::vector<std::int32_t> ids) {
  while (true) {
    std::size_t best = ids.size();
    MergeTable::Merge best_merge;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      const MergeTable::Merge merge = merges.find(ids[i], ids[i + 1]);
      if (merge.rank >= 0 && (best == ids.size() || merge.rank < best_merge.rank)) {
        best = i;
        best_merge = merge;
      }
    }
    if (best == ids.size()) return ids;
    ids[best] = best_merge.id;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(MergeTable, FindsWhatWasAdded) {
  MergeTable table(1000);
  for (std::int32_t k = 0; k < 1000; ++k) table.add(k, k * 7, {k, 5000 + k});
  for (std::int32_t k = 0; k < 1000; ++k) EXPECT_EQ(table.find(k, k * 7).id, 5000 + k);
  EXPECT_EQ(table.find(7, 1).rank, -1);
  table.add(3, 21, {2000, 9});
  EXPECT_EQ(table.find(3, 21).rank, 2000);
}

TEST(MergeTable, MergesWordsOfAnyLengthByTheBook) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    // Any pair may merge, into any token: also into ones that stand in the word already.
    constexpr std::int32_t kLetters = 4, kTokens = 60;
    MergeTable table(400);
    for (std::int32_t rank = 0; rank < 400; ++rank) {
      const auto any = [&] { return static_cast<std::int32_t>(random() % kTokens); };
      table.add(any(), any(), {rank, static_cast<std::int32_t>(kLetters + random() % (kTokens - kLetters))});
    }
    for (std::size_t length : {1u, 2u, 5u, 47u, 48u, 49u, 50u, 200u}) {
      std::vector<std::int32_t> ids(length);
      for (auto& id : ids) id = static_cast<std::int32_t>(random() % kLetters);
      std::vector<std::int32_t> out = {-7};
      apply_merges(table, ids, out);
      auto expected = merge_by_the_book(table, ids);
      expected.insert(expected.begin(), -7);
      ASSERT_EQ(out, expected) << "length " << length;
    }
  }
}

TEST(MergeTable, MergesNothingIntoNothing) {
  std::vector<std::int32_t> out;
  apply_merges(MergeTable(), {}, out);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace fovea::text
