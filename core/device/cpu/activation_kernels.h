#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// round(silu(gate))·up with gate = gate_up[:, :i] and up = gate_up[:, i:], rounded as the reference rounds.
/// gate_up [n, 2·i] contiguous, fp32, bf16 or fp16; returns [n, i]. An element's bits depend on it alone
/// (ATen's silu takes another path for what fills no vector). One pass.
at::Tensor silu_mul(const at::Tensor& gate_up);

/// y = GELU of y, of its tanh or its exact form; y [n, h] contiguous, fp32, bf16 or fp16. The tanh form of
/// bf16 and fp16 is our own: fp32 within, rounded once. The others are ATen's, on this thread's crew.
void gelu(at::Tensor& y, bool tanh_form);

}  // namespace fovea::cpu
