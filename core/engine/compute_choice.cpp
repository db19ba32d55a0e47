#include "core/engine/compute_choice.h"

#include "core/model/linear.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <sched.h>

namespace fovea {
namespace {

ComputeType of_stored(StoredType stored) {
  switch (stored) {
    case StoredType::kFloat32:
      return ComputeType::kFloat32;
    case StoredType::kBFloat16:
      return ComputeType::kBFloat16;
    case StoredType::kFloat16:
      return ComputeType::kFloat16;
    case StoredType::kUInt8:
    case StoredType::kInt8:
    case StoredType::kInt32:
    case StoredType::kInt64:
      break;
  }
  return ComputeType::kFloat32;
}

at::ScalarType at_type(ComputeType type) {
  if (type == ComputeType::kBFloat16) return at::kBFloat16;
  if (type == ComputeType::kFloat16) return at::kHalf;
  return at::kFloat;
}

}  // namespace

at::ScalarType kv_cache_scalar(KvCacheType type, at::ScalarType arithmetic) {
  switch (type) {
    case KvCacheType::kFloat16:
      return at::kHalf;
    case KvCacheType::kBFloat16:
      return at::kBFloat16;
    case KvCacheType::kInt8:
      return at::kChar;
    case KvCacheType::kAuto:
      break;
  }
  return arithmetic;
}

ComputeChoice choose_compute_type(ComputeType asked, StoredType stored, std::int64_t parameters,
                                  bool on_gpu) {
  if (asked == ComputeType::kAuto && parameters <= kSmallModel)
    return {at::kFloat, ComputeType::kFloat32, ""};
  const ComputeType wanted = asked == ComputeType::kAuto ? of_stored(stored) : asked;
  ComputeType possible = wanted;
  if (possible == ComputeType::kFloat16 && !on_gpu && !has_fast_products(at::kHalf)) {
    possible = ComputeType::kBFloat16;
  }
  ComputeChoice choice{at_type(possible), possible, ""};
  if (possible != wanted) {
    choice.note = "This processor does not compute in " + std::string(compute_type_name(wanted)) +
                  ", so the model runs in " + std::string(compute_type_name(possible)) + ".";
  }
  return choice;
}

std::size_t usable_cores() {
  cpu_set_t set;
  std::size_t cores = 1;
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) cores = static_cast<std::size_t>(CPU_COUNT(&set));
  std::ifstream quota_file("/sys/fs/cgroup/cpu.max");
  double quota = 0;
  double period = 0;
  if (quota_file >> quota >> period && quota > 0 && period > 0) {
    cores = std::min(cores, static_cast<std::size_t>(std::max(1.0, std::ceil(quota / period))));
  }
  return std::max<std::size_t>(1, cores);
}

}  // namespace fovea
