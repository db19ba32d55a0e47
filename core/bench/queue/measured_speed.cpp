#include "core/bench/queue/measured_speed.h"

#include "core/bench/queue/queue_labels.h"
#include "core/bench/workload.h"
#include "core/cost/burst_fit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace fovea::bench {
namespace {

bool asked_together(const RunRecord& record) {
  const std::string& name = record.name;
  return name == "decode" || name == "ttft" || name == "batch" || name == "batch sweep" || name == kQueueRun;
}

bool known_at_once(const RunRecord& record) {
  return asked_together(record) || (record.name == "load" && record.axis == "requests under way at any time");
}

/// Means of a group's answered requests.
struct GroupMeans {
  double answered = 0.0;
  double seconds = 0.0;
  double ttft = 0.0;
  double prompt_tokens = 0.0;
  double new_tokens = 0.0;
  std::vector<double> times;             ///< each one's seconds
  std::vector<const RequestRecord*> of;  ///< those
};

GroupMeans means_of(const RunRecord& record, const std::string& group, int only) {
  GroupMeans means;
  for (const RequestRecord& request : record.requests) {
    if (request.group != group || request.failed() || request.metrics.untold.tokens) continue;
    if (only > 0 && request.run != only) continue;
    means.answered += 1.0;
    means.seconds += request.e2el();
    means.ttft += request.metrics.ttft();
    means.prompt_tokens += static_cast<double>(request.metrics.prompt_tokens);
    means.new_tokens += static_cast<double>(request.metrics.completion_tokens);
    means.times.push_back(request.e2el());
    means.of.push_back(&request);
  }
  const double count = std::max(1.0, means.answered);
  for (double* sum : {&means.seconds, &means.ttft, &means.prompt_tokens, &means.new_tokens}) *sum /= count;
  return means;
}

/// For each of the requests, which are in the order of their sending: when the last of those that were asked
/// with it had its first token. Each lot ends before the next one is asked.
std::vector<double> all_begun(const std::vector<const RequestRecord*>& requests) {
  std::vector<double> out;
  double begun = 0.0;
  double ends = 0.0;
  std::size_t lot = 0;  // where this one began
  for (const RequestRecord* request : requests) {
    if (request->sent_seconds >= ends) {
      lot = out.size();
      begun = 0.0;
    }
    begun = std::max(begun, request->sent_seconds + request->metrics.ttft());
    ends = std::max(ends, request->sent_seconds + request->e2el());
    out.push_back(begun);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(lot), out.end(), begun);
  }
  return out;
}

/// Seconds that an answer takes from its first token to its last while no prompt is read: from its tokens
/// that came after the first token of the last one asked with it.
std::optional<double> writing_seconds(GroupMeans& means) {
  std::stable_sort(means.of.begin(), means.of.end(), [](const RequestRecord* a, const RequestRecord* b) {
    return a->sent_seconds < b->sent_seconds;
  });
  const std::vector<double> begun = all_begun(means.of);
  double tokens = 0.0;
  double seconds = 0.0;
  for (std::size_t i = 0; i < begun.size(); ++i) {
    const RequestRecord& request = *means.of[i];
    const std::vector<double>& times = request.metrics.token_times;
    if (std::ssize(times) != request.metrics.completion_tokens) return std::nullopt;
    const double all = begun[i] - request.sent_seconds;
    const auto after = std::upper_bound(times.begin(), times.end(), all);
    if (after == times.end()) continue;
    tokens += static_cast<double>(times.end() - after);
    seconds += times.back() - std::max(all, times.front());
  }
  if (tokens < 1.0) return means.new_tokens <= 1.0 ? std::optional(0.0) : std::nullopt;
  return seconds / tokens * (means.new_tokens - 1.0);
}

}  // namespace

Result<cost::Measurement> measured_speed(const RunRecord& record, int only) {
  const auto wrong = [](std::string what) {
    return Error{ErrorCode::kInvalidArgument, std::move(what),
                 "Measure how many at once, the speed of one answer, or a load from so many clients.",
                 "bench"};
  };
  if (!known_at_once(record))
    return wrong("A run of this kind does not say how long answers take when so many are written at once.");
  cost::Measurement out;
  out.model = record.model.name;
  out.format = record.model.weight_format.empty() ? record.model.compute_type : record.model.weight_format;
  out.label = out.model + (out.format.empty() ? "" : " " + out.format);
  std::vector<const GroupRecord*> groups;
  for (const GroupRecord& group : record.groups) {
    if (!group.label.ends_with(kSecondQuestionSuffix) && !is_random_load(group.label))
      groups.push_back(&group);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->x < b->x; });
  std::vector<cost::Burst> bursts;
  double best = 0.0;
  for (const GroupRecord* group : groups) {
    GroupMeans means = means_of(record, group->label, only);
    if (!(means.seconds > 0.0) || !(means.new_tokens > 0.0)) continue;
    const int at_once = std::max(1, record.axis.empty() ? 1 : static_cast<int>(group->x));
    bursts.push_back(
        {at_once, means.seconds, means.ttft, asked_together(record) ? writing_seconds(means) : std::nullopt});
    if (bursts.size() == 1) {
      for (const double time : means.times) out.spread.push_back(time / means.seconds);
    }
    const double alone = means.new_tokens / means.seconds;
    if (at_once == 1) out.alone_tokens_per_second = alone;
    const RunFigure* throughput = find(*group, "output_throughput");
    const double rate = at_once == 1 ? alone : throughput != nullptr ? throughput->value() : 0.0;
    if (!(rate > best)) continue;
    best = rate;
    if (at_once > 1) {
      out.batched_tokens_per_second = rate;
      out.batch = at_once;
    }
    out.answer_tokens = means.new_tokens;
    out.prompt_tokens = means.prompt_tokens;
    out.first_token_share = std::clamp(means.ttft / means.seconds, 0.0, 1.0);
  }
  if (bursts.empty()) return wrong("Nothing was answered in this run.");
  out.curve = cost::points_of(bursts);
  return out;
}

}  // namespace fovea::bench
