#include "core/model/kv_cache.h"

#include <algorithm>

#include <ATen/ops/empty.h>

namespace fovea {

KvCache::KvCache(const TextConfig& config, std::int64_t capacity, std::int64_t longest, at::ScalarType type)
    : capacity_(capacity), longest_(longest) {
  const auto options = at::TensorOptions().dtype(type);
  layers_.resize(static_cast<std::size_t>(config.num_layers));
  for (Layer& layer : layers_) {
    layer.keys = at::empty({config.num_kv_heads, capacity, config.head_dim}, options);
    layer.values = at::empty({config.num_kv_heads, capacity, config.head_dim}, options);
  }
  bytes_per_token_ =
      static_cast<std::uint64_t>(2 * config.num_layers * config.num_kv_heads * config.head_dim) *
      c10::elementSize(type);
}

void KvCache::reserve(std::int64_t tokens) {
  if (tokens <= capacity_) return;
  capacity_ = std::max(tokens, std::min(longest_, capacity_ + capacity_ / 2));
  for (Layer& layer : layers_) {
    for (at::Tensor* held : {&layer.keys, &layer.values}) {
      at::Tensor larger = at::empty({held->size(0), capacity_, held->size(2)}, held->options());
      larger.narrow(1, 0, length_).copy_(held->narrow(1, 0, length_));
      *held = std::move(larger);
    }
  }
}

std::uint64_t KvCache::bytes() const {
  return static_cast<std::uint64_t>(length_) * bytes_per_token_;
}

}  // namespace fovea
