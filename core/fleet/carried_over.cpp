#include "core/fleet/carried_over.h"

#include <algorithm>
#include <variant>

namespace fovea {
namespace {

void delay_metrics(RequestMetrics& metrics, double seconds) {
  for (double& time : metrics.token_times) time += seconds;
  metrics.total_seconds += seconds;
  metrics.stages[Stage::kQueue] += seconds;
}

}  // namespace

void add_counts(EngineMetrics& sum, const EngineMetrics& more) {
  sum.finished += more.finished;
  sum.refused += more.refused;
  sum.preemptions += more.preemptions;
  sum.steps += more.steps;
  sum.prefix_tokens_reused += more.prefix_tokens_reused;
  sum.prefix_tokens_read += more.prefix_tokens_read;
  sum.vision_cache_hits += more.vision_cache_hits;
  sum.vision_cache_misses += more.vision_cache_misses;
  sum.answer_cache_hits += more.answer_cache_hits;
  sum.answer_cache_misses += more.answer_cache_misses;
  sum.peak_bytes = std::max(sum.peak_bytes, more.peak_bytes);
}

void delay(GenerationEvent& event, double seconds) {
  if (auto* delta = std::get_if<TextDelta>(&event.what)) {
    for (double& time : delta->times) time += seconds;
  } else if (auto* finished = std::get_if<Finished>(&event.what)) {
    delay_metrics(finished->metrics, seconds);
  } else if (auto* failed = std::get_if<Failed>(&event.what)) {
    delay_metrics(failed->metrics, seconds);
  }
}

}  // namespace fovea
