#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// round(silu(gate))·up with gate = gate_up[:, :i] and up = gate_up[:, i:], rounded as the reference rounds.
/// gate_up [n, 2·i] contiguous, fp32, bf16 or fp16; returns [n, i]. An element's bits depend on it alone
/// (ATen's silu takes another path for what fills no vector). One pass.
at::Tensor silu_mul(const at::Tensor& gate_up);

}  // namespace fovea::cpu
