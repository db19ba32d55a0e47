#include "core/bench/queue/measured_speed.h"

#include "core/bench/queue/queue_labels.h"
#include "core/bench/workload.h"
#include "core/cost/burst_fit.h"

#include <algorithm>
#include <iterator>
#include <limits>
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

/// When, in seconds of the run, the last of those that were asked together had its first token, and when the
/// first of them had its last.
struct Lot {
  double begun = 0.0;
  double first_end = std::numeric_limits<double>::infinity();
};

/// For each of the requests, which are in the order of their sending. Each lot ends before the next one is
/// asked.
std::vector<Lot> lots_of(const std::vector<const RequestRecord*>& requests) {
  std::vector<Lot> out;
  Lot lot;
  double ends = 0.0;
  std::size_t first = 0;  // of this lot
  for (const RequestRecord* request : requests) {
    if (request->sent_seconds >= ends) {
      first = out.size();
      lot = {};
    }
    const double end = request->sent_seconds + request->e2el();
    lot.begun = std::max(lot.begun, request->sent_seconds + request->metrics.ttft());
    lot.first_end = std::min(lot.first_end, end);
    ends = std::max(ends, end);
    out.push_back(lot);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), lot);
  }
  return out;
}

/// Tokens of answers and how long they took.
struct Written {
  double tokens = 0.0;
  double seconds = 0.0;

  /// Those of `times`, seconds from submission, that came after `from`, up to `to`.
  void add(const std::vector<double>& times, double from, double to) {
    const auto begin = std::upper_bound(times.begin(), times.end(), from);
    const auto end = std::upper_bound(begin, times.end(), to);
    if (begin == end) return;
    tokens += static_cast<double>(end - begin);
    seconds += *std::prev(end) - std::max(from, times.front());
  }

  /// The same, and the whole of that time, tokens or none.
  void add_all(const std::vector<double>& times, double from, double to) {
    const auto begin = std::upper_bound(times.begin(), times.end(), from);
    tokens += static_cast<double>(std::upper_bound(begin, times.end(), to) - begin);
    seconds += std::min(to, times.back()) - from;
  }
};

/// What those that were asked together say of prompts and of answers.
struct Apart {
  std::optional<double> begun;  ///< seconds until the last of them has its first token
  /// Seconds from an answer's first token to its last while no prompt is read and, where some tokens came
  /// then, none of the others has ended: fewer are written faster.
  std::optional<double> writing;
  /// The same while prompts are read; of one alone, and where no token came then, nobody knows.
  std::optional<double> beside;
};

Apart apart_of(GroupMeans& means) {
  std::stable_sort(means.of.begin(), means.of.end(), [](const RequestRecord* a, const RequestRecord* b) {
    return a->sent_seconds < b->sent_seconds;
  });
  const std::vector<Lot> lots = lots_of(means.of);
  Written by_all;  // while none has ended
  Written after;   // no prompt is read any more
  Written beside;  // while prompts are read
  double begun = 0.0;
  for (std::size_t i = 0; i < lots.size(); ++i) {
    const RequestRecord& request = *means.of[i];
    const std::vector<double>& times = request.metrics.token_times;
    if (std::ssize(times) != request.metrics.completion_tokens) return {};
    const double all = lots[i].begun - request.sent_seconds;
    begun += all / static_cast<double>(lots.size());
    by_all.add(times, all, lots[i].first_end - request.sent_seconds);
    after.add(times, all, std::numeric_limits<double>::infinity());
    if (times.front() < all) beside.add_all(times, times.front(), all);
  }
  const Written& written = by_all.tokens >= static_cast<double>(lots.size()) ? by_all : after;
  if (written.tokens < 1.0)
    return {begun, means.new_tokens <= 1.0 ? std::optional(0.0) : std::nullopt, std::nullopt};
  const auto whole = [&](const Written& part) {
    return part.seconds / part.tokens * (means.new_tokens - 1.0);
  };
  Apart out{begun, whole(written), std::nullopt};
  if (beside.tokens >= 1.0) out.beside = whole(beside);
  return out;
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
    const Apart apart = asked_together(record) ? apart_of(means) : Apart{};
    bursts.push_back({at_once, means.seconds, means.ttft, apart.begun, apart.writing, apart.beside});
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
