#pragma once

#include "core/model/config.h"

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Keys (after rope) and values of one sequence, in the model's type, by layer [kv_heads, capacity,
/// head_dim]. Reserved memory is touched only as tokens come. One owner.
class KvCache {
 public:
  /// `longest` is the length beyond which it will never have to grow.
  KvCache(const TextConfig& config, std::int64_t capacity, std::int64_t longest, at::ScalarType type);

  at::Tensor& keys(std::int64_t layer) { return layers_[static_cast<std::size_t>(layer)].keys; }
  at::Tensor& values(std::int64_t layer) { return layers_[static_cast<std::size_t>(layer)].values; }

  std::int64_t length() const { return length_; }
  std::int64_t capacity() const { return capacity_; }
  /// Makes room for `tokens` in all; what is there is kept. Copies when it has to grow, by half at least, so
  /// that a token costs constant time on average.
  void reserve(std::int64_t tokens);

  /// Called once all layers hold `tokens` more rows.
  void advance(std::int64_t tokens) { length_ += tokens; }

  /// Bytes that the tokens so far take.
  std::uint64_t bytes() const;

 private:
  struct Layer {
    at::Tensor keys;    ///< [kv_heads, capacity, head_dim]
    at::Tensor values;  ///< [kv_heads, capacity, head_dim]
  };
  std::vector<Layer> layers_;
  std::int64_t length_ = 0;
  std::int64_t capacity_ = 0;
  std::int64_t longest_ = 0;
  std::uint64_t bytes_per_token_ = 0;
};

}  // namespace fovea
