#pragma once

#include "core/api/engine.h"
#include "core/api/program_memory.h"
#include "core/hub/memory_probe.h"
#include "core/hub/model_entry.h"

#include <cstdint>
#include <string>

namespace fovea {

/// What a model will take, in bytes.
struct MemoryEstimate {
  ComputeType compute_type = ComputeType::kBFloat16;
  std::int64_t context_tokens = 0;
  WeightOptions held;         ///< how weights are held
  std::uint64_t weights = 0;  ///< parameters · bytes an element, scales counted
  std::uint64_t kv_cache =
      0;  ///< context · 2 · layers · KV heads · head size · bytes an element, scales counted
  std::uint64_t activations = 0;  ///< of the prompt read in one call, see below
  std::uint64_t program = 0;      ///< the program itself with libtorch's libraries
  std::uint64_t loading = 0;      ///< the most that weights take while they are loaded, see below
  std::uint64_t total() const { return weights + kv_cache + activations + program; }
  /// What the process holds at the worst moment of loading.
  std::uint64_t loading_peak() const { return loading + program; }
  /// That has to be free.
  std::uint64_t needed() const { return total() > loading_peak() ? total() : loading_peak(); }
};

/// Resident size of the program while it answers, where nothing better is known.
inline constexpr std::uint64_t kProgramBytes = kProgramAtStart + kProgramGrowth;
/// What CUDA itself takes of a GPU's memory, about: the program's part there.
inline constexpr std::uint64_t kCudaContext = 600'000'000;
/// A context that holds a conversation about a few pictures; used where the user asks for none.
inline constexpr std::int64_t kUsualContext = 8192;

/// Bits that a weight takes in a format, its share of a group's fp16 scale included: 8.125 in int8 by
/// 128, 4.5 in int4 by 32. `element`: bytes a number of the arithmetic's type.
double bits_a_weight(const WeightOptions& options, std::uint64_t element);

/// Estimates `entry` with weights in `compute_type` and `context_tokens` (0: kUsualContext, or the model's
/// own if less). kAuto is the checkpoint's own type, as bf16 for fp16. Activations: the widest point of a
/// decoder layer holds for each token the residual, its norm, queries and output (4 · hidden) and gate, up
/// and their product (3 · intermediate) in the compute type; last come float32 logits of one token.
///
/// While loading, the weights and what the last layer's largest matrix, gate and up, takes on its way beside
/// its place (a copy in the type of the arithmetic, turned into integers or packed), or, where the checkpoint
/// has another type, the vision tower and the embedding twice.
///
/// `held`: the decoder layers' matrices (layer_weights) in that format. With `vision` all that is neither
/// layers, embedding nor head counts as the tower's. With `head` a tied embedding is kept beside it. Of no
/// account where the entry's weights are integers of ours already; kModel means of another program's integers
/// what ModelEntry::published says.
///
/// `program`: what the program takes once it answers; who runs as that program can measure it
/// (process_room()).
MemoryEstimate estimate_memory(const ModelEntry& entry, ComputeType compute_type, std::int64_t context_tokens,
                               const WeightOptions& held = {}, std::uint64_t program = kProgramBytes,
                               KvCacheType kv_cache = KvCacheType::kAuto);

/// Whether it fits, and why not, in words.
struct MemoryVerdict {
  bool fits = false;
  std::string text;  ///< "needs about 5.1 GB, 20.9 GB are free"
};

MemoryVerdict judge(const MemoryEstimate& estimate, const AvailableMemory& available);

/// Bytes in decimal units with two or three digits: "940 kB", "5.1 GB".
std::string bytes_text(std::uint64_t bytes);

}  // namespace fovea
