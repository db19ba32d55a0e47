#pragma once

#include <cstdint>

namespace fovea {

/// Tokens whose keys and values one block holds. Free of torch, for whoever hands blocks out.
inline constexpr std::int64_t kKvBlockTokens = 32;

/// Blocks that `tokens` tokens take.
constexpr std::int64_t kv_blocks_for(std::int64_t tokens) {
  return (tokens + kKvBlockTokens - 1) / kKvBlockTokens;
}

}  // namespace fovea
