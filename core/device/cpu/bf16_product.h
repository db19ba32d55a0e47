#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Rows up to which bf16_linear() reads each weight once for all of them; more are worth a matrix product.
constexpr std::int64_t kFewRows = 8;

/// x·Wᵀ for a few rows, each result rounded to bf16 and returned as fp32: what a library's product followed
/// by a cast gives, but reading the weight once at the speed of memory. x [rows, k], weight [n, k], both bf16
/// and contiguous; returns [rows, n] fp32. Sums run in fp32 in an order that depends on the processor's kind,
/// never on rows, n or the thread count.
at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight);

/// x·Wᵀ + b for processors whose libraries multiply bf16 slowly (AVX2 and older): the weight stays bf16 in
/// memory, arithmetic is fp32, each result is rounded to bf16 once. x [rows, k], weight [n, k], bias [n] or
/// undefined, all bf16 and contiguous; returns [rows, n] bf16. Up to kFewRows rows as matvec(); more against
/// sixteen weight rows widened at a time. A row's result is the same bits among any rows and with any thread
/// count: every sum runs in the one order.
at::Tensor bf16_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace fovea::cpu
