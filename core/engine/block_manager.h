#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

namespace fovea {

/// A block of the pool that holds keys and values of `block_tokens` tokens, by number from 0.
using BlockId = std::int32_t;

/// Where one sequence's keys and values lie: entry i holds the tokens [i·block_tokens, (i+1)·block_tokens).
/// Changed by BlockManager only.
struct BlockTable {
  using Hash = std::array<std::uint64_t, 2>;

  std::vector<BlockId> blocks;
  std::vector<Hash> chain;  ///< of the full blocks of the sequence's keys, each over all before it
  std::int64_t sealed = 0;  ///< blocks that were offered for sharing
};

/// Who holds which block of the pool. Full blocks are found again by what they hold: the content keys of all
/// tokens from the sequence's first to the block's last (a text token's key is its id, a picture token's
/// comes from the picture's content), hashed in a chain (XXH3, 128 bits, with a secret of this process). So a
/// prompt that begins like an earlier one takes its blocks instead of computing them. Blocks that nobody
/// holds but that can be found are kept; the least recently used is given away when memory is needed. A
/// block that is not full belongs to one sequence alone. One owner; no torch.
class BlockManager {
 public:
  /// Makes the memory of the first `blocks` blocks usable; false if there is none. Asked for more each time.
  using Reserve = std::function<bool(std::int64_t blocks)>;

  /// `blocks` ≥ 0, `block_tokens` ≥ 1. Without `keep_prefixes` nothing is found again.
  BlockManager(std::int64_t blocks, std::int64_t block_tokens, bool keep_prefixes, Reserve reserve);

  /// Gives an empty table the blocks that hold the first tokens of `keys`, at most `limit` tokens. Returns
  /// how many tokens they hold.
  std::int64_t adopt(BlockTable& table, std::span<const std::uint64_t> keys, std::int64_t limit);

  /// How many tokens adopt() would find now for an empty table; changes nothing.
  std::int64_t would_find(std::span<const std::uint64_t> keys, std::int64_t limit) const;

  /// Extends a table so that it has room for `tokens` in all; false, with nothing changed, if the pool is
  /// out of blocks.
  bool grow(BlockTable& table, std::int64_t tokens);

  /// The first `tokens` of `keys` are now in the table's blocks: the full ones may be found from here on.
  void seal(BlockTable& table, std::span<const std::uint64_t> keys, std::int64_t tokens);

  /// Empties a table. Its sealed blocks are kept.
  void release(BlockTable& table);

  /// Empties a table whose content is not to be trusted: none of its blocks is found again.
  void discard(BlockTable& table);

  std::int64_t blocks_for(std::int64_t tokens) const { return (tokens + block_tokens_ - 1) / block_tokens_; }
  std::int64_t block_tokens() const { return block_tokens_; }
  std::int64_t total() const { return total_; }
  /// Handed out at least once: so much of the pool has memory.
  std::int64_t touched() const { return static_cast<std::int64_t>(blocks_.size()); }
  /// Held by sequences; a shared block counts once.
  std::int64_t used() const { return touched() - kept_ - free(); }
  std::int64_t kept() const { return kept_; }
  /// Handed out before and held by nobody, nor kept: their memory is there.
  std::int64_t free() const { return static_cast<std::int64_t>(free_.size()); }
  /// What grow() could hand out, as far as the pool's size goes.
  std::int64_t available() const { return total_ - used(); }

 private:
  static constexpr BlockId kNone = -1;

  struct Block {
    std::int64_t holders = 0;
    BlockTable::Hash hash{};
    bool found = false;     ///< stands in places_
    BlockId older = kNone;  ///< neighbours among the kept ones
    BlockId newer = kNone;
  };
  struct FirstWord {
    std::size_t operator()(const BlockTable::Hash& hash) const { return hash[0]; }
  };

  Block& at(BlockId id) { return blocks_[static_cast<std::size_t>(id)]; }
  void extend_chain(BlockTable& table, std::span<const std::uint64_t> keys) const;
  BlockId take();
  void let_go(BlockId id);
  void hide(BlockId id);
  void keep(BlockId id);
  void unkeep(BlockId id);

  std::int64_t total_;
  std::int64_t block_tokens_;
  bool keep_prefixes_;
  Reserve reserve_;
  std::uint64_t secret_;
  std::vector<Block> blocks_;  ///< those that were handed out at least once; the pool's memory ends with them
  std::vector<BlockId> free_;
  std::unordered_map<BlockTable::Hash, BlockId, FirstWord> places_;
  mutable std::vector<std::uint64_t> hashed_;  ///< what a block's hash is made of; reused
  BlockId oldest_ = kNone;
  BlockId newest_ = kNone;
  std::int64_t kept_ = 0;
};

}  // namespace fovea
