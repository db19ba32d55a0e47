#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// x·Wᵀ for a few rows against an fp32 weight as a checkpoint has it, for a head that is the embedding too
/// and so lies there once. x [rows, k], weight [n, k], both contiguous; returns [rows, n]. The weight is read
/// from memory once. Sums run in one order, whatever the rows, n, the threads or the processor's kind (but
/// that processors without FMA round each product).
at::Tensor fp32_matvec(const at::Tensor& x, const at::Tensor& weight);

}  // namespace fovea::cpu
