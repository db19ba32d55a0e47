#include "core/engine/kv_budget.h"

#include <algorithm>
#include <string>

namespace fovea {

Result<std::int64_t> plan_kv_blocks(const EngineOptions& options, std::int64_t context_tokens,
                                    std::int64_t block_tokens, std::uint64_t block_bytes,
                                    std::uint64_t free_bytes) {
  const std::uint64_t budget = options.kv_cache_bytes > 0 ? options.kv_cache_bytes : free_bytes / kKvShare;
  const std::int64_t batch =
      std::max(options.scheduling.max_batch, scheduling_preset(SchedulingMode::kHighThroughput).max_batch);
  const std::int64_t longest = (context_tokens + block_tokens - 1) / block_tokens;
  const auto blocks =
      static_cast<std::int64_t>(std::min(budget / block_bytes, static_cast<std::uint64_t>(longest * batch)));
  if (blocks > 0) return blocks;
  return Error{ErrorCode::kOutOfMemory,
               "The memory for keys and values, " + std::to_string(budget) + " bytes, holds not even " +
                   std::to_string(block_tokens) + " tokens, which take " + std::to_string(block_bytes) + ".",
               "Give it more, or use a smaller model.", "kv_cache_bytes"};
}

}  // namespace fovea
