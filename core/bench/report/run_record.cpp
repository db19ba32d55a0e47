#include "core/bench/report/run_record.h"

#include "core/api/names.h"
#include "core/bench/report/request_figures.h"
#include "core/bench/units.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace fovea::bench {
namespace {

std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=@%+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string limit_text(const char* name, const std::optional<double>& limit) {
  if (!limit) return {};
  std::string number = std::to_string(*limit);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return std::string(" ") + name + ":" + number;
}

}  // namespace

const RunFigure* find(const GroupRecord& group, std::string_view name) {
  for (const RunFigure& figure : group.figures) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

RequestRecord record_of(const CollectedAnswer& answer) {
  RequestRecord record;
  record.metrics = answer.metrics;
  if (answer.error) {
    record.error_code = error_code_name(answer.error->code);
    record.error = answer.error->text();
  }
  return record;
}

bool LatencyLimits::kept_by(const RequestRecord& request) const {
  if (request.failed() || request.metrics.token_times.empty()) return false;
  const auto within = [](double seconds, const std::optional<double>& limit) {
    return !limit || kMilliseconds * seconds <= *limit;
  };
  return within(request.metrics.ttft(), ttft_ms) && within(request.metrics.tpot(), tpot_ms) &&
         within(request.e2el(), e2el_ms);
}

std::string LatencyLimits::text() const {
  const std::string text =
      limit_text("ttft", ttft_ms) + limit_text("tpot", tpot_ms) + limit_text("e2el", e2el_ms);
  return text.empty() ? text : text.substr(1);
}

GroupRecord& RunRecord::group(const std::string& label, double x) {
  const auto found =
      std::find_if(groups.begin(), groups.end(), [&](const GroupRecord& one) { return one.label == label; });
  if (found != groups.end()) return *found;
  GroupRecord added;
  added.label = label;
  added.x = x;
  return groups.emplace_back(std::move(added));
}

std::string RunRecord::command() const {
  std::string line = "fovea";
  for (const std::string& argument : arguments) line += " " + shell_word(argument);
  return line;
}

void settle(RunRecord& record) {
  for (GroupRecord& group : record.groups) {
    std::vector<const RequestRecord*> own;
    group.failed = 0;
    for (const RequestRecord& request : record.requests) {
      if (request.group != group.label) continue;
      own.push_back(&request);
      group.failed += request.failed() ? 1 : 0;
    }
    group.requests = static_cast<std::int64_t>(own.size());
    group.figures = request_figures(own, record.limits);
    group.figures.insert(group.figures.end(), group.sampled.begin(), group.sampled.end());
    for (RunFigure& figure : group.figures) settle(figure);
  }
}

}  // namespace fovea::bench
