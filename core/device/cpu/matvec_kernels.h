#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Whether matvec() has a kernel for this element type (bf16).
bool has_matvec(at::ScalarType type);

/// weight · x for one row, each result rounded to the element type and returned as fp32: what a library's
/// product followed by a cast gives, but reading the weight once at the speed of memory. x [k], weight [n,
/// k], both bf16 and contiguous; returns [n] fp32. Sums run in fp32 in an order that does not depend on n,
/// the thread count or the vector width.
at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight);

}  // namespace fovea::cpu
