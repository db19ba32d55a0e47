#include "core/model/kv_pool.h"

namespace fovea {

static_assert(kKvBlockTokens == kPageTokens, "a block is a page of what computes");

KvPool::KvPool(const TextConfig& config, std::int64_t blocks, at::ScalarType type, const Compute& compute)
    : blocks_(blocks) {
  std::uint64_t bytes = 0;
  for (std::int64_t i = 0; i < config.num_layers; ++i) {
    layers_.push_back(compute.make_pages(blocks, config.num_kv_heads, config.head_dim, type));
    const KvPages& made = layers_.back();
    for (const at::Tensor& part : {made.keys, made.values, made.key_scales, made.value_scales}) {
      if (part.defined()) bytes += part.nbytes();
    }
  }
  bytes_per_block_ = bytes / static_cast<std::uint64_t>(blocks);
}

}  // namespace fovea
