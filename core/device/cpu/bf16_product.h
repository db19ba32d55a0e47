#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// x·Wᵀ for a few rows, each result rounded to bf16 and returned as fp32: what a library's product followed
/// by a cast gives, but reading the weight once at the speed of memory. x [rows, k], weight [n, k], both bf16
/// and contiguous; returns [rows, n] fp32. Sums run in fp32 in an order that depends on the processor's kind,
/// never on rows, n or the thread count.
at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight);

}  // namespace fovea::cpu
