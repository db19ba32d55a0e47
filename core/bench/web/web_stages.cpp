#include "core/bench/web/web_stages.h"

#include "core/bench/units.h"
#include "core/bench/web/web_labels.h"

#include <algorithm>

namespace fovea::bench {
namespace {

bool of_path(std::string_view label, std::string_view path) {
  return !is_at_once(label) && path_of(label) == path;
}

PathStages mean_of(PathStages sum, std::size_t count) {
  if (count == 0) return sum;
  for (double& one : sum.stages.seconds) one *= kMilliseconds / static_cast<double>(count);
  sum.whole *= kMilliseconds / static_cast<double>(count);
  return sum;
}

}  // namespace

std::vector<const RequestRecord*> requests_of(const RunRecord& record, std::string_view path) {
  std::vector<const RequestRecord*> out;
  for (const RequestRecord& request : record.requests) {
    if (!request.failed() && !request.metrics.token_times.empty() && of_path(request.group, path))
      out.push_back(&request);
  }
  return out;
}

std::vector<std::string_view> paths_in(const RunRecord& record) {
  std::vector<std::string_view> out;
  for (const GroupRecord& group : record.groups) {
    if (is_at_once(group.label)) continue;
    const std::string_view path = path_of(group.label);
    if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
  }
  return out;
}

PathStages whole_stages(const RunRecord& record, std::string_view path) {
  PathStages sum;
  const std::vector<const RequestRecord*> requests = requests_of(record, path);
  for (const RequestRecord* request : requests) {
    for (std::size_t i = 0; i < kStageCount; ++i) sum.stages.seconds[i] += request->metrics.stages.seconds[i];
    sum.whole += request->metrics.total_seconds;
  }
  return mean_of(sum, requests.size());
}

PathStages first_token_stages(const RunRecord& record, std::string_view path) {
  PathStages sum;
  const std::vector<const RequestRecord*> requests = requests_of(record, path);
  for (const RequestRecord* request : requests) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Stage::kFirstToken); ++i)
      sum.stages.seconds[i] += request->metrics.stages.seconds[i];
    sum.whole += request->metrics.ttft();
  }
  PathStages mean = mean_of(sum, requests.size());
  mean.stages[Stage::kAnswerParse] = std::max(0.0, sampled_mean(record, path, "ttft_answer_parse_ms"));
  mean.stages[Stage::kPaint] = std::max(0.0, sampled_mean(record, path, "ttft_paint_ms"));
  return mean;
}

double sampled_mean(const RunRecord& record, std::string_view path, std::string_view figure) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const GroupRecord& group : record.groups) {
    if (!of_path(group.label, path)) continue;
    for (const RunFigure& one : group.sampled) {
      if (one.name != figure) continue;
      for (const double value : one.values) sum += value;
      count += one.values.size();
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : -1.0;
}

}  // namespace fovea::bench
