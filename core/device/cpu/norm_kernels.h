#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// RMSNorm over the last dimension as the reference rounds it: statistics in fp32, the normalised value
/// rounded to the element type, then the product with the weight rounded again (so not at::rms_norm, which
/// rounds once). x [n, h] contiguous, weight [h] of the same type (fp32, bf16, fp16); returns [n, h]. One
/// pass over x.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// x += delta in the element type, then rms_norm(x). Saves a pass over memory. x [n, h] is changed.
at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight, double eps);

}  // namespace fovea::cpu
