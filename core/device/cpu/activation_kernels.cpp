#include "core/device/cpu/activation_kernels.h"

#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>

namespace fovea::cpu {

at::Tensor silu_mul(const at::Tensor& gate_up) {
  const std::int64_t inner = gate_up.size(-1) / 2;
  return at::silu(gate_up.narrow(-1, 0, inner)).mul_(gate_up.narrow(-1, inner, inner));
}

}  // namespace fovea::cpu
