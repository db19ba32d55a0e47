#include "core/model/kv_pool.h"

#include <ATen/ops/empty.h>

namespace fovea {

static_assert(kKvBlockTokens == cpu::kPageTokens, "a block is a page of the kernels");

KvPool::KvPool(const TextConfig& config, std::int64_t blocks, at::ScalarType type)
    : blocks_(blocks),
      bytes_per_block_(static_cast<std::uint64_t>(2 * config.num_layers * config.num_kv_heads *
                                                  config.head_dim * kKvBlockTokens) *
                       c10::elementSize(type)) {
  const auto options = at::TensorOptions().dtype(type);
  const std::int64_t pack = cpu::page_pack(type);
  TORCH_CHECK(config.head_dim % pack == 0);
  for (std::int64_t i = 0; i < config.num_layers; ++i) {
    layers_.push_back(
        {at::empty({blocks, config.num_kv_heads, config.head_dim / pack, kKvBlockTokens, pack}, options),
         at::empty({blocks, config.num_kv_heads, kKvBlockTokens / pack, config.head_dim, pack}, options)});
  }
}

}  // namespace fovea
