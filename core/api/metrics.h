#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fovea {

/// The stages of an answer in the order of the flow; the one list that waterfall, server timings,
/// benchmarks and reports share. A path that lacks a stage leaves it at zero.
enum class Stage {
  kClientEncode,
  kUpload,
  kRequestParse,
  kImageDecode,
  kPreprocess,
  kTokenize,
  kQueue,
  kVision,
  kPrefill,
  kFirstToken,
  kDecode,
  kDetokenize,
  kAnswerParse,
  kPaint,
};

inline constexpr std::size_t kStageCount = 14;

/// The stage's name as scripts see it: "image_decode".
std::string_view stage_name(Stage stage);

/// Seconds by stage. The parts are disjoint and add up to the whole.
struct StageTimes {
  std::array<double, kStageCount> seconds{};

  double& operator[](Stage stage) { return seconds[static_cast<std::size_t>(stage)]; }
  double operator[](Stage stage) const { return seconds[static_cast<std::size_t>(stage)]; }
  double total() const;
};

/// What an engine elsewhere did not tell: those numbers are 0 and mean nothing.
struct Untold {
  bool tokens = false;     ///< prompt_tokens and completion_tokens
  bool vision = false;     ///< vision_tokens, vision_reused
  bool reasoning = false;  ///< reasoning_tokens
};

/// What one answer cost. Times are seconds of a monotonic clock since the request was submitted.
struct RequestMetrics {
  StageTimes stages;
  /// When each new token was there; size = completion_tokens. Of a server elsewhere: when each piece of text
  /// came, which may hold several tokens.
  std::vector<double> token_times;
  std::int64_t prompt_tokens = 0;  ///< text and vision together
  std::int64_t vision_tokens = 0;  ///< of those, from pictures and clips
  std::int64_t vision_reused = 0;  ///< pictures and clips whose features were kept from an earlier question
  std::int64_t prefix_reused = 0;  ///< prompt tokens whose keys and values were kept from earlier requests
  std::int64_t preemptions = 0;    ///< times it gave its memory to others and was read again
  std::int64_t completion_tokens = 0;
  std::int64_t reasoning_tokens = 0;  ///< of completion_tokens
  std::int64_t draft_tokens = 0;      ///< guessed and checked; see EngineOptions
  std::int64_t draft_accepted = 0;    ///< of those, what the model chose too: each saved a step
  bool answer_cached = false;         ///< the answer was kept from an earlier request; the model did not run
  Untold untold;
  double total_seconds = 0.0;
  std::uint64_t peak_memory_bytes = 0;      ///< of the process, resident, at its peak so far; 0: not known
  std::uint64_t forecast_memory_bytes = 0;  ///< of the process at its peak, before it began; 0: not known
  double forecast_ttft = 0.0;               ///< before it began, queue not counted; 0: not known

  /// Time to first token: submission to the first new token; 0 when there was none.
  double ttft() const { return token_times.empty() ? 0.0 : token_times.front(); }
  /// Time per output token: (last token − first token) / (n − 1); 0 below two tokens, or where nobody told n.
  double tpot() const;
};

/// The engine as a whole, at one moment.
struct EngineMetrics {
  std::int64_t running = 0;   ///< requests in prefill or decode
  std::int64_t waiting = 0;   ///< requests in the queue
  std::int64_t finished = 0;  ///< since the start, failed and cancelled ones included
  std::uint64_t weights_bytes = 0;
  std::int64_t refused = 0;         ///< not taken, or out of time before they began
  std::int64_t preemptions = 0;     ///< since the start
  std::int64_t steps = 0;           ///< passes through the decoder, since the start
  std::int64_t last_batch = 0;      ///< requests in the last step
  std::int64_t kv_blocks_used = 0;  ///< held by requests now
  std::int64_t kv_blocks_kept = 0;  ///< kept for prompts that begin alike, given away when needed
  std::int64_t kv_blocks_total = 0;
  std::int64_t prefix_tokens_reused = 0;   ///< since the start
  std::int64_t prefix_tokens_read = 0;     ///< prompt tokens that were computed, since the start
  std::uint64_t kv_cache_bytes = 0;        ///< in use now
  std::uint64_t peak_bytes = 0;            ///< of the process, resident, at its peak so far
  std::uint64_t resident_bytes = 0;        ///< of the process now
  std::uint64_t memory_limit_bytes = 0;    ///< that requests are let in under; 0: none is known
  std::uint64_t memory_planned_bytes = 0;  ///< of that: held after loading, keys and values, caches, requests
  std::uint64_t vision_cache_bytes = 0;    ///< in use now
  std::int64_t vision_cache_hits = 0;      ///< pictures and clips, since the start
  std::int64_t vision_cache_misses = 0;
  std::uint64_t answer_cache_bytes = 0;  ///< in use now
  std::int64_t answer_cache_hits = 0;    ///< requests, since the start
  std::int64_t answer_cache_misses = 0;  ///< of those that could have been there
};

}  // namespace fovea
