#include "core/model/kv_pool.h"

namespace fovea {

static_assert(kKvBlockTokens == kPageTokens, "a block is a page of what computes");

KvPool::KvPool(const TextConfig& config, std::int64_t blocks, at::ScalarType type, const Compute& compute)
    : blocks_(blocks),
      bytes_per_block_(static_cast<std::uint64_t>(2 * config.num_layers * config.num_kv_heads *
                                                  config.head_dim * kKvBlockTokens) *
                       c10::elementSize(type)) {
  for (std::int64_t i = 0; i < config.num_layers; ++i) {
    layers_.push_back(compute.make_pages(blocks, config.num_kv_heads, config.head_dim, type));
  }
}

}  // namespace fovea
