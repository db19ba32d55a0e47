#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// What vision towers compute between their products, by libtorch's operators. In bf16 on processors with
/// AMX, where the products are this thread's crew's, on the crew, too (see for_operators()), a few rows at a
/// time: the bits are those of one call for all. Attention is there by tiles of our own, a head at a time.

/// Full attention within each run of `frame` rows. heads [3, heads, n, head_dim]: q, k, v, in fp32, bf16 or
/// fp16; returns [n, heads·head_dim].
at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale);

/// x [n, h], weight and bias [h] of its type; returns [n, h].
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps);

/// x += delta, both [n, h] of one type.
void add(at::Tensor& x, const at::Tensor& delta);

}  // namespace fovea::cpu
