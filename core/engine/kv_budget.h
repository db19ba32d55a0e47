#pragma once

#include "core/api/engine.h"

#include <cstdint>

namespace fovea {

/// Of the memory that is free once the weights are loaded, the part that keys and values may take when nobody
/// says how much: 1 / kKvShare.
inline constexpr std::uint64_t kKvShare = 2;

/// How many blocks of keys and values an engine has: as many as the budget holds
/// (EngineOptions::kv_cache_bytes, or a share of `free_bytes`), and no more than `context_tokens` for each
/// request of the largest batch that a preset knows. Error kOutOfMemory: not even one block.
Result<std::int64_t> plan_kv_blocks(const EngineOptions& options, std::int64_t context_tokens,
                                    std::int64_t block_tokens, std::uint64_t block_bytes,
                                    std::uint64_t free_bytes);

}  // namespace fovea
