#pragma once

#include "core/api/engine.h"
#include "core/hub/memory_probe.h"
#include "core/hub/model_entry.h"

#include <cstdint>
#include <string>

namespace fovea {

/// What a model will take, in bytes.
struct MemoryEstimate {
  ComputeType compute_type = ComputeType::kBFloat16;
  std::int64_t context_tokens = 0;
  std::uint64_t weights = 0;      ///< parameters · bytes an element
  std::uint64_t kv_cache = 0;     ///< context · 2 · layers · KV heads · head size · bytes an element
  std::uint64_t activations = 0;  ///< of the prompt read in one call, see below
  std::uint64_t program =
      0;  ///< the program itself with libtorch's libraries, and buffers of the vision tower
  std::uint64_t total() const { return weights + kv_cache + activations + program; }
};

/// Resident size of the program with libtorch for the CPU loaded, and one picture of a megapixel on its way.
inline constexpr std::uint64_t kProgramBytes = 700ULL << 20;
/// A context that holds a conversation about a few pictures; used where the user asks for none.
inline constexpr std::int64_t kUsualContext = 8192;

/// Estimates `entry` with weights in `compute_type` and `context_tokens` (0: kUsualContext, or the model's
/// own if less). kAuto is the checkpoint's own type, as bf16 for fp16. Activations: the widest point of a
/// decoder layer holds for each token the residual, its norm, queries and output (4 · hidden) and gate, up
/// and their product (3 · intermediate) in the compute type; last come float32 logits of one token.
MemoryEstimate estimate_memory(const ModelEntry& entry, ComputeType compute_type,
                               std::int64_t context_tokens);

/// Whether it fits, and why not, in words.
struct MemoryVerdict {
  bool fits = false;
  std::string text;  ///< "needs about 5.1 GB, 20.9 GB are free"
};

MemoryVerdict judge(const MemoryEstimate& estimate, const AvailableMemory& available);

/// Bytes in decimal units with two or three digits: "940 kB", "5.1 GB".
std::string bytes_text(std::uint64_t bytes);

}  // namespace fovea
