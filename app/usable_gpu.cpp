#include "app/usable_gpu.h"

#include "core/watch/nvml.h"

namespace fovea {

bool has_usable_gpu() {
  return !watch::Nvml().look().empty();
}

}  // namespace fovea
