#include "core/device/parallel_scope.h"

#include <omp.h>

namespace fovea {

ParallelScope::~ParallelScope() {
  // The soft form keeps settings such as the number of threads. It fails inside a parallel region only.
  omp_pause_resource_all(omp_pause_soft);
}

}  // namespace fovea
