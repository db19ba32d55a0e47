#pragma once

#include "core/device/compute.h"
#include "core/model/config.h"
#include "core/model/kv_block.h"

#include <cstdint>
#include <vector>

namespace fovea {

/// Keys (after rope) and values of all sequences in blocks of kKvBlockTokens tokens, in `type` (the model's,
/// fp16, bf16 or int8), where and as `compute` wants them. A block is one number for all layers; who may
/// write which is the caller's business. Memory is reserved at once but touched only as tokens come; a block
/// that is used again keeps its memory. Written by VisionLanguageModel::step(), one thread at a time.
class KvPool {
 public:
  /// blocks ≥ 1. May throw std::bad_alloc or c10::Error where the system does not even reserve as much.
  KvPool(const TextConfig& config, std::int64_t blocks, at::ScalarType type,
         const Compute& compute = *own_kernels());

  std::int64_t blocks() const { return blocks_; }
  /// Bytes of one block over all layers, keys and values.
  std::uint64_t bytes_per_block() const { return bytes_per_block_; }

  const KvPages& layer(std::int64_t index) const { return layers_[static_cast<std::size_t>(index)]; }

 private:
  std::int64_t blocks_;
  std::uint64_t bytes_per_block_ = 0;
  std::vector<KvPages> layers_;
};

}  // namespace fovea
