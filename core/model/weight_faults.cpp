#include "core/model/weight_faults.h"

namespace fovea {

Error damaged_weights(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, what,
               "The model is incomplete or of another kind: download it again.", ""};
}

Error no_memory_for_weights() {
  return {ErrorCode::kOutOfMemory, "There is not enough memory for this model.", "Use a smaller model.", ""};
}

}  // namespace fovea
