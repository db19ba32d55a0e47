#include "app/server/observing/server_metrics.h"

#include "app/server/observing/hardware_text.h"
#include "app/server/observing/prometheus_text.h"

namespace fovea::server {
namespace {

const std::vector<double> kSeconds = {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250};
const std::vector<double> kTokenSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

}  // namespace

ServerMetrics::ServerMetrics()
    : latency_(kSeconds), ttft_(kSeconds), tpot_(kTokenSeconds), queue_(kSeconds) {}

void ServerMetrics::request_began() {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
}

void ServerMetrics::request_ended(const std::string& route, int status) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  ++requests_[{route, status}];
}

void ServerMetrics::question_took(double seconds) {
  const std::lock_guard lock(mutex_);
  latency_.observe(seconds);
}

void ServerMetrics::refused(Refusal why) {
  const std::lock_guard lock(mutex_);
  ++refusals_[why];
}

void ServerMetrics::answer_ended(const CollectedAnswer& answer) {
  const std::lock_guard lock(mutex_);
  prompt_tokens_ += static_cast<std::uint64_t>(answer.metrics.prompt_tokens);
  completion_tokens_ += static_cast<std::uint64_t>(answer.metrics.completion_tokens);
  if (answer.error) ++failed_;
  if (!answer.error && answer.finish == FinishReason::kCancelled) ++cancelled_;
  if (answer.metrics.token_times.empty()) return;
  ttft_.observe(answer.metrics.ttft());
  queue_.observe(answer.metrics.stages[Stage::kQueue]);
  if (answer.metrics.completion_tokens > 1) tpot_.observe(answer.metrics.tpot());
}

std::string ServerMetrics::text(const EngineMetrics& engine, const HardwareUse& hardware,
                                std::size_t connections, bool ready) const {
  std::string out;
  const auto gauge = [&](const char* name, const char* help, auto value) {
    print_value(name, "gauge", help, static_cast<double>(value), out);
  };
  const auto counter = [&](const char* name, const char* help, auto value) {
    print_value(name, "counter", help, static_cast<double>(value), out);
  };
  const std::lock_guard lock(mutex_);
  print_head("fovea_requests_total", "counter", "Requests by route and HTTP status.", out);
  for (const auto& [key, count] : requests_) {
    out += "fovea_requests_total{route=\"" + key.first + "\",status=\"" + std::to_string(key.second) +
           "\"} " + std::to_string(count) + "\n";
  }
  print_head("fovea_refusals_total", "counter", "Requests that were turned away, by reason.", out);
  for (const Refusal why : kRefusals) {
    const auto found = refusals_.find(why);
    out += "fovea_refusals_total{reason=\"" + std::string(refusal_name(why)) + "\"} " +
           std::to_string(found == refusals_.end() ? 0 : found->second) + "\n";
  }
  gauge("fovea_requests_in_flight", "Requests that are being answered.", in_flight_);
  gauge("fovea_connections", "Open connections.", connections);
  gauge("fovea_ready", "1 while new questions are taken.", ready ? 1 : 0);
  latency_.print("fovea_request_latency_seconds", "Questions alone, from the head to the answer's end.", out);
  ttft_.print("fovea_ttft_seconds", "Time to first token, from submission to the engine.", out);
  tpot_.print("fovea_tpot_seconds", "Time per output token after the first.", out);
  queue_.print("fovea_queue_seconds", "Time that a question waited for its turn.", out);
  counter("fovea_prompt_tokens_total", "Tokens of prompts, pictures included.", prompt_tokens_);
  counter("fovea_tokens_generated_total", "Tokens of answers.", completion_tokens_);
  counter("fovea_answers_failed_total", "Answers that ended with an error.", failed_);
  counter("fovea_answers_cancelled_total", "Answers whose caller stopped or went away.", cancelled_);
  gauge("fovea_engine_running", "Requests in prefill or decode.", engine.running);
  gauge("fovea_engine_waiting", "Requests in the engine's queue.", engine.waiting);
  gauge("fovea_engine_last_batch", "Requests in the last step.", engine.last_batch);
  counter("fovea_engine_refused_total", "Requests that the engine did not take, or not in time.",
          engine.refused);
  counter("fovea_engine_preemptions_total", "Times that a request gave its memory to others.",
          engine.preemptions);
  counter("fovea_engine_steps_total", "Passes through the decoder.", engine.steps);
  gauge("fovea_kv_blocks_used", "Blocks of the KV cache that requests hold.", engine.kv_blocks_used);
  gauge("fovea_kv_blocks_kept", "Blocks kept for prompts that begin alike.", engine.kv_blocks_kept);
  gauge("fovea_kv_blocks", "Blocks of the KV cache in all.", engine.kv_blocks_total);
  counter("fovea_prefix_tokens_reused_total", "Prompt tokens found in the prefix cache.",
          engine.prefix_tokens_reused);
  counter("fovea_prefix_tokens_read_total", "Prompt tokens that were computed.", engine.prefix_tokens_read);
  counter("fovea_vision_cache_hits_total", "Pictures and clips whose features were kept.",
          engine.vision_cache_hits);
  counter("fovea_vision_cache_misses_total", "Pictures and clips that were encoded.",
          engine.vision_cache_misses);
  counter("fovea_answer_cache_hits_total", "Requests whose answer was kept from an earlier one.",
          engine.answer_cache_hits);
  counter("fovea_answer_cache_misses_total", "Requests whose answer could have been kept, and was not.",
          engine.answer_cache_misses);
  gauge("fovea_answer_cache_bytes", "Memory of kept answers.", engine.answer_cache_bytes);
  gauge("fovea_weights_bytes", "Memory of the weights.", engine.weights_bytes);
  gauge("fovea_kv_cache_bytes", "Memory of keys and values in use.", engine.kv_cache_bytes);
  gauge("fovea_vision_cache_bytes", "Memory of kept vision features.", engine.vision_cache_bytes);
  gauge("fovea_memory_limit_bytes", "Memory that requests are let in under; 0: none is known.",
        engine.memory_limit_bytes);
  gauge("fovea_memory_planned_bytes", "Of that, what model, caches and requests take by plan.",
        engine.memory_planned_bytes);
  gauge("fovea_resident_bytes", "Memory of the process.", engine.resident_bytes);
  print_hardware(hardware, out);
  return out;
}

}  // namespace fovea::server
