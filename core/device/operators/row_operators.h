#pragma once

#include "core/device/decoder_heads.h"

#include <ATen/core/Tensor.h>

namespace fovea::operators {

/// RMSNorm operator by operator as the reference computes it: see Compute::rms_norm().
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// Rotates the first 2 · cos.size(1) elements of every head, each product and sum rounded to x's type; the
/// rest pass through. x [n, heads, dim]; cos, sin [n, R/2] of its type. Returns [n, heads, dim].
at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, RopeStyle style);

/// See Compute::rotate_vision().
at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                         std::int64_t heads);

/// out [n, heads, head_dim] = full attention of heads [3, heads, n, head_dim]: q, k, v.
void attend(const at::Tensor& heads, double scale, const at::Tensor& out);

/// See Compute::frame_attention().
at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale);

/// See Compute::add_bilinear_positions().
void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                            std::int64_t side, std::int64_t height, std::int64_t width);

}  // namespace fovea::operators
