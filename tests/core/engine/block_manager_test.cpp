#include "core/engine/block_manager.h"

#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using Keys = std::vector<std::uint64_t>;

Keys counting(std::size_t size, std::uint64_t from = 0) {
  Keys keys(size);
  std::iota(keys.begin(), keys.end(), from);
  return keys;
}

bool has_memory(std::int64_t) {
  return true;
}

/// A table that holds all of `keys`.
BlockTable filled(BlockManager& blocks, const Keys& keys) {
  BlockTable table;
  EXPECT_TRUE(blocks.grow(table, std::ssize(keys)));
  blocks.seal(table, keys, std::ssize(keys));
  return table;
}

TEST(BlockManager, FindsFullBlocksOfTheSameBeginningOnly) {
  BlockManager blocks(20, 4, true, has_memory);
  BlockTable first = filled(blocks, counting(10));
  Keys other = counting(10);
  other[5] = 99;
  BlockTable same;
  BlockTable differs;
  BlockTable elsewhere;
  EXPECT_EQ(blocks.adopt(same, counting(10), 9), 8) << "the third block isn't full";
  EXPECT_EQ(same.blocks, (std::vector<BlockId>{first.blocks[0], first.blocks[1]}));
  EXPECT_EQ(blocks.adopt(differs, other, 9), 4);
  EXPECT_EQ(blocks.adopt(elsewhere, counting(4, 4), 4), 0)
      << "the second block's tokens, but at the beginning";
  EXPECT_EQ(blocks.used(), 3) << "a shared block counts once";
}

TEST(BlockManager, SaysWhatItWouldFindAndChangesNothing) {
  BlockManager blocks(20, 4, true, has_memory);
  BlockTable first = filled(blocks, counting(10));
  blocks.release(first);
  Keys other = counting(10);
  other[5] = 99;
  EXPECT_EQ(blocks.would_find(counting(10), 9), 8);
  EXPECT_EQ(blocks.would_find(counting(8), 7), 4);
  EXPECT_EQ(blocks.would_find(other, 9), 4);
  EXPECT_EQ(blocks.would_find(counting(4, 4), 4), 0);
  EXPECT_EQ(blocks.would_find({}, -1), 0);
  EXPECT_EQ(blocks.used(), 0);
  EXPECT_EQ(blocks.kept(), 2);
  EXPECT_EQ(BlockManager(20, 4, false, has_memory).would_find(counting(10), 9), 0);
}

TEST(BlockManager, StopsAtTheLimit) {
  BlockManager blocks(20, 4, true, has_memory);
  BlockTable first = filled(blocks, counting(8));
  BlockTable second;
  EXPECT_EQ(blocks.adopt(second, counting(8), 7), 4) << "the last token is to be computed";
}

TEST(BlockManager, KeepsWhatIsLetGoAndGivesTheOldestAwayFirst) {
  BlockManager blocks(4, 4, true, has_memory);
  BlockTable a = filled(blocks, counting(8));
  BlockTable b = filled(blocks, counting(8, 100));
  blocks.release(a);
  blocks.release(b);
  EXPECT_EQ(blocks.used(), 0);
  EXPECT_EQ(blocks.kept(), 4);
  BlockTable c;
  ASSERT_TRUE(blocks.grow(c, 4));
  EXPECT_EQ(blocks.kept(), 3);
  EXPECT_EQ(blocks.adopt(a, counting(8), 8), 4) << "of a beginning, the end goes first";
  EXPECT_EQ(blocks.adopt(b, counting(8, 100), 8), 8);
}

TEST(BlockManager, RefusesWithoutTouchingAnything) {
  BlockManager blocks(3, 4, true, has_memory);
  BlockTable a;
  ASSERT_TRUE(blocks.grow(a, 8));
  BlockTable b;
  EXPECT_FALSE(blocks.grow(b, 5));
  EXPECT_TRUE(b.blocks.empty());
  EXPECT_EQ(blocks.used(), 2);
  EXPECT_TRUE(blocks.grow(b, 4));
  EXPECT_FALSE(blocks.grow(a, 9));
  EXPECT_EQ(a.blocks.size(), 2U);
}

TEST(BlockManager, LivesWithLessMemoryThanItWasPromised) {
  BlockManager blocks(10, 4, true, [](std::int64_t count) { return count <= 3; });
  BlockTable a = filled(blocks, counting(8));
  blocks.release(a);
  BlockTable b;
  EXPECT_FALSE(blocks.grow(b, 16));
  EXPECT_EQ(blocks.used(), 0);
  EXPECT_TRUE(blocks.grow(b, 12)) << "kept blocks are given away";
  EXPECT_EQ(std::set<BlockId>(b.blocks.begin(), b.blocks.end()).size(), 3U);
}

TEST(BlockManager, NeverFindsWhatWasSpoiled) {
  BlockManager blocks(10, 4, true, has_memory);
  BlockTable a = filled(blocks, counting(8));
  BlockTable sharer;
  EXPECT_EQ(blocks.adopt(sharer, counting(8), 8), 8);
  blocks.discard(a);
  BlockTable later;
  EXPECT_EQ(blocks.adopt(later, counting(8), 8), 0);
  blocks.release(sharer);
  EXPECT_EQ(blocks.used() + blocks.kept(), 0);
}

TEST(BlockManager, FindsNothingWhenToldNotToKeep) {
  BlockManager blocks(10, 4, false, has_memory);
  BlockTable a = filled(blocks, counting(8));
  blocks.release(a);
  EXPECT_EQ(blocks.adopt(a, counting(8), 8), 0);
  EXPECT_EQ(blocks.kept(), 0);
}

}  // namespace
}  // namespace fovea
