#include "ui/cost/measured_speed.h"

#include <algorithm>
#include <string>
#include <utility>

namespace fovea::ui {
namespace {

constexpr const char* kSecondQuestion = ", second question";

bool known_at_once(const bench::RunRecord& record) {
  const std::string& name = record.name;
  if (name == "load") return record.axis == "requests under way at any time";
  return name == "decode" || name == "ttft" || name == "batch" || name == "batch sweep";
}

/// Means of a group's answered requests.
struct GroupMeans {
  double answered = 0.0;
  double seconds = 0.0;
  double ttft = 0.0;
  double prompt_tokens = 0.0;
  double new_tokens = 0.0;
  std::vector<double> times;  ///< each one's seconds
};

GroupMeans means_of(const bench::RunRecord& record, const std::string& group) {
  GroupMeans means;
  for (const bench::RequestRecord& request : record.requests) {
    if (request.group != group || request.failed() || request.metrics.untold.tokens) continue;
    means.answered += 1.0;
    means.seconds += request.e2el();
    means.ttft += request.metrics.ttft();
    means.prompt_tokens += double(request.metrics.prompt_tokens);
    means.new_tokens += double(request.metrics.completion_tokens);
    means.times.push_back(request.e2el());
  }
  const double count = std::max(1.0, means.answered);
  for (double* sum : {&means.seconds, &means.ttft, &means.prompt_tokens, &means.new_tokens}) *sum /= count;
  return means;
}

double throughput_of(const bench::GroupRecord& group) {
  for (const bench::RunFigure& figure : group.figures) {
    if (figure.name == "output_throughput") return figure.value();
  }
  return 0.0;
}

}  // namespace

Result<cost::Measurement> measured_speed(const bench::RunRecord& record) {
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
  std::vector<const bench::GroupRecord*> groups;
  for (const bench::GroupRecord& group : record.groups) {
    if (!group.label.ends_with(kSecondQuestion)) groups.push_back(&group);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->x < b->x; });
  double best = 0.0;
  for (const bench::GroupRecord* group : groups) {
    const GroupMeans means = means_of(record, group->label);
    if (!(means.seconds > 0.0) || !(means.new_tokens > 0.0)) continue;
    const int at_once = std::max(1, record.axis.empty() ? 1 : int(group->x));
    out.curve.push_back({at_once, means.seconds});
    if (out.curve.size() == 1) {
      for (const double time : means.times) out.spread.push_back(time / means.seconds);
    }
    const double alone = means.new_tokens / means.seconds;
    if (at_once == 1) out.alone_tokens_per_second = alone;
    const double rate = at_once == 1 ? alone : throughput_of(*group);
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
  if (out.curve.empty()) return wrong("Nothing was answered in this run.");
  return out;
}

}  // namespace fovea::ui
