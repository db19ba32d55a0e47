#include "core/engine/block_manager.h"

#include <algorithm>
#include <random>
#include <utility>

#include <xxhash.h>

namespace fovea {
namespace {

std::uint64_t new_secret() {
  std::random_device random;
  return (static_cast<std::uint64_t>(random()) << 32) | random();
}

}  // namespace

BlockManager::BlockManager(std::int64_t blocks, std::int64_t block_tokens, bool keep_prefixes,
                           Reserve reserve)
    : total_(blocks),
      block_tokens_(block_tokens),
      keep_prefixes_(keep_prefixes),
      reserve_(std::move(reserve)),
      secret_(new_secret()) {}

void BlockManager::extend_chain(BlockTable& table, std::span<const std::uint64_t> keys) const {
  const auto width = static_cast<std::size_t>(block_tokens_);
  for (std::size_t i = table.chain.size(); (i + 1) * width <= keys.size(); ++i) {
    // What comes before is hashed too: the same tokens behind another beginning are another block.
    const BlockTable::Hash before = i == 0 ? BlockTable::Hash{} : table.chain[i - 1];
    hashed_.assign(before.begin(), before.end());
    hashed_.insert(hashed_.end(), &keys[i * width], &keys[i * width] + width);
    const XXH128_hash_t hash =
        XXH3_128bits_withSeed(hashed_.data(), hashed_.size() * sizeof(std::uint64_t), secret_);
    table.chain.push_back({hash.high64, hash.low64});
  }
}

std::int64_t BlockManager::adopt(BlockTable& table, std::span<const std::uint64_t> keys, std::int64_t limit) {
  if (!keep_prefixes_) return 0;
  extend_chain(table, keys);
  const std::int64_t most = std::min<std::int64_t>(limit / block_tokens_, std::ssize(table.chain));
  for (std::int64_t i = 0; i < most; ++i) {
    const auto place = places_.find(table.chain[static_cast<std::size_t>(i)]);
    if (place == places_.end()) break;
    if (at(place->second).holders++ == 0) unkeep(place->second);
    table.blocks.push_back(place->second);
  }
  table.sealed = std::ssize(table.blocks);
  return table.sealed * block_tokens_;
}

std::int64_t BlockManager::would_find(std::span<const std::uint64_t> keys, std::int64_t limit) const {
  if (!keep_prefixes_) return 0;
  BlockTable table;
  extend_chain(table,
               keys.first(std::min(keys.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, limit)))));
  const auto end = std::find_if(table.chain.begin(), table.chain.end(),
                                [this](const BlockTable::Hash& hash) { return !places_.contains(hash); });
  return (end - table.chain.begin()) * block_tokens_;
}

BlockId BlockManager::take() {
  if (!free_.empty()) {
    const BlockId id = free_.back();
    free_.pop_back();
    return id;
  }
  if (touched() < total_ && reserve_(touched() + 1)) {
    blocks_.emplace_back();
    return static_cast<BlockId>(touched() - 1);
  }
  if (oldest_ == kNone) return kNone;
  const BlockId id = oldest_;
  unkeep(id);
  hide(id);
  return id;
}

bool BlockManager::grow(BlockTable& table, std::int64_t tokens) {
  const std::int64_t wanted = blocks_for(tokens);
  const std::size_t before = table.blocks.size();
  if (wanted - std::ssize(table.blocks) > available()) return false;
  while (std::ssize(table.blocks) < wanted) {
    const BlockId id = take();
    if (id == kNone) {  // the pool is smaller than it was meant to be
      while (table.blocks.size() > before) {
        let_go(table.blocks.back());
        table.blocks.pop_back();
      }
      return false;
    }
    at(id).holders = 1;
    table.blocks.push_back(id);
  }
  return true;
}

void BlockManager::seal(BlockTable& table, std::span<const std::uint64_t> keys, std::int64_t tokens) {
  if (!keep_prefixes_) return;
  extend_chain(table, keys);
  for (; (table.sealed + 1) * block_tokens_ <= tokens; ++table.sealed) {
    const auto i = static_cast<std::size_t>(table.sealed);
    const auto [place, is_new] = places_.try_emplace(table.chain[i], table.blocks[i]);
    if (!is_new) continue;  // another sequence was first; this block stays this sequence's own
    at(table.blocks[i]).hash = table.chain[i];
    at(table.blocks[i]).found = true;
  }
}

void BlockManager::release(BlockTable& table) {
  // From the end, so that of one beginning the later blocks go first.
  for (auto id = table.blocks.rbegin(); id != table.blocks.rend(); ++id) let_go(*id);
  table.blocks.clear();
  table.sealed = 0;
}

void BlockManager::discard(BlockTable& table) {
  for (const BlockId id : table.blocks) {
    if (at(id).found) hide(id);
  }
  release(table);
}

void BlockManager::let_go(BlockId id) {
  if (--at(id).holders > 0) return;
  if (at(id).found) {
    keep(id);
  } else {
    free_.push_back(id);
  }
}

void BlockManager::hide(BlockId id) {
  places_.erase(at(id).hash);
  at(id).found = false;
}

void BlockManager::keep(BlockId id) {
  at(id).older = newest_;
  at(id).newer = kNone;
  (newest_ == kNone ? oldest_ : at(newest_).newer) = id;
  newest_ = id;
  ++kept_;
}

void BlockManager::unkeep(BlockId id) {
  const Block& block = at(id);
  (block.older == kNone ? oldest_ : at(block.older).newer) = block.newer;
  (block.newer == kNone ? newest_ : at(block.newer).older) = block.older;
  --kept_;
}

}  // namespace fovea
