#include "core/model/weight_faults.h"

#include <cstddef>
#include <sstream>

namespace fovea {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::ostringstream out;
  out << '[';
  for (std::size_t i = 0; i < shape.size(); ++i) out << (i == 0 ? "" : ", ") << shape[i];
  out << ']';
  return out.str();
}

Error damaged_weights(const std::string& what) {
  return Error{ErrorCode::kDamagedModel, what,
               "The model is incomplete or of another kind: download it again.", ""};
}

Error no_memory_for_weights() {
  return {ErrorCode::kOutOfMemory, "There is not enough memory for this model.", "Use a smaller model.", ""};
}

}  // namespace fovea
