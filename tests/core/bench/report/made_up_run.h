#pragma once

#include "core/bench/report/run_record.h"

#include <cstdint>
#include <random>
#include <string>

namespace fovea::bench {

/// A run of two groups whose requests take known times with a little chance: stages in the proportion 1 : 3 :
/// 6 of `total_ms` (image_decode, prefill, decode), the first token after 40 % of it, 11 tokens.
inline RunRecord made_up_run(double total_ms, std::uint64_t seed, std::size_t requests = 60) {
  RunRecord record;
  record.name = "load";
  record.arguments = {"bench", "load", "--rate", "1,2", "--question", "What's <here>?"};
  record.begun = "2026-11-27T15:00:00Z";
  record.complete = true;
  record.environment.cpu = "Some CPU";
  record.environment.cores = 2;
  record.model.name = "a|model <b>";
  record.settings = {{"rate", "1,2"}};
  record.axis = "requests a second";
  record.limits.e2el_ms = total_ms;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(1.0, 0.05);
  for (const double rate : {1.0, 2.0}) {
    const std::string label = std::to_string(static_cast<int>(rate)) + " requests/s";
    GroupRecord& group = record.group(label, rate);
    group.sampled.push_back({"memory_mb", "MB", "resident", Better::kLower, {100.0, 110.0, 120.0}});
    for (std::size_t i = 0; i < requests; ++i) {
      RequestRecord request;
      request.number = std::ssize(record.requests) + 1;
      request.group = label;
      request.sent_seconds = static_cast<double>(i) / rate;
      RequestMetrics& metrics = request.metrics;
      const double seconds = total_ms / 1000.0 * normal(random);
      metrics.total_seconds = seconds;
      metrics.stages[Stage::kImageDecode] = 0.1 * seconds;
      metrics.stages[Stage::kPrefill] = 0.3 * seconds;
      metrics.stages[Stage::kDecode] = 0.6 * seconds;
      metrics.prompt_tokens = 100;
      metrics.vision_tokens = 80;
      metrics.completion_tokens = 11;
      for (int token = 0; token <= 10; ++token) metrics.token_times.push_back((0.4 + 0.06 * token) * seconds);
      request.ended_seconds = request.sent_seconds + seconds;
      record.requests.push_back(request);
    }
  }
  return record;
}

inline const RunFigure* figure_of(const RunRecord& record, std::size_t group, const std::string& name) {
  for (const RunFigure& figure : record.groups.at(group).figures) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

}  // namespace fovea::bench
