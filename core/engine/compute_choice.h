#pragma once

#include "core/api/engine.h"
#include "core/model/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include <c10/core/ScalarType.h>

namespace fovea {

/// What a model is computed in here.
struct ComputeChoice {
  at::ScalarType type = at::ScalarType::Float;
  ComputeType name = ComputeType::kFloat32;
  std::string note;  ///< for the user, when it is not what was asked for or stored
};

/// Up to this many parameters a model runs in fp32 unless asked otherwise: it costs under half a gigabyte and
/// no time that one would notice, and small models lose most by rounding.
inline constexpr std::int64_t kSmallModel = 100'000'000;

/// kAuto keeps the checkpoint's own type, but widens small models. fp16 gives way to bf16, asked for or
/// stored, where this CPU does not multiply it at speed; bf16 runs everywhere, and a GPU runs all.
ComputeChoice choose_compute_type(ComputeType asked, StoredType stored, std::int64_t parameters,
                                  bool on_gpu = false);

/// The type in which keys and values are kept beside arithmetic in `arithmetic`.
at::ScalarType kv_cache_scalar(KvCacheType type, at::ScalarType arithmetic);

/// Cores that this process may run on (affinity and the container's quota).
std::size_t usable_cores();

}  // namespace fovea
