#include "core/bench/run_recorder.h"

#include "core/bench/report/conclusions.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace fovea::bench {
namespace {

constexpr const char* kGoneOn = "gone on";  ///< the setting that says when

}  // namespace

RunRecorder::RunRecorder(RunRecord record) : record_(std::move(record)) {
  record_.begun = utc_time();
}

Result<void> RunRecorder::keep_in(const std::filesystem::path& folder) {
  Result<RunBundle> bundle = RunBundle::create(folder, record_);
  if (!bundle) return bundle.error();
  bundle_.emplace(std::move(*bundle));
  return {};
}

Result<void> RunRecorder::go_on_in(const std::filesystem::path& folder) {
  Result<RunRecord> before = read_bundle(folder);
  if (!before) return before.error();
  const auto refused = [&](const std::string& what, const std::string& remedy) {
    return Error{ErrorCode::kInvalidArgument, what, remedy, "--resume"};
  };
  if (before->complete)
    return refused("The run in " + folder.string() + " is complete.", "Name a new folder with --out.");
  if (before->name != record_.name)
    return refused("The run in " + folder.string() + " is of another kind: " + before->name + ".", {});
  const auto model = [](const ModelInfo& one) {
    return one.name + " " + one.compute_type + " " + one.weight_format + " " + one.kv_cache_type;
  };
  if (!before->model.name.empty() && !record_.model.name.empty() &&
      model(before->model) != model(record_.model))
    return refused("The run in " + folder.string() + " was of another model: " + before->model.name + ".",
                   {});
  take_over(std::move(*before));
  Result<RunBundle> bundle = RunBundle::reopen(folder, record_);
  if (!bundle) return bundle.error();
  bundle_.emplace(std::move(*bundle));
  return {};
}

void RunRecorder::take_over(RunRecord before) {
  std::vector<RequestRecord>& requests = before.requests;
  const auto whole =
      std::min(requests.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, before.parts_requests)));
  requests.erase(requests.begin() + static_cast<std::ptrdiff_t>(whole), requests.end());
  double ended = 0.0;
  for (const RequestRecord& request : requests) ended = std::max(ended, request.ended_seconds);
  for (GroupRecord& group : before.groups) {
    group.figures.clear();
    for (RunFigure& figure : group.sampled) {
      if (figure.rate()) figure.divisors.resize(figure.kept);
      figure.values.resize(figure.kept);
    }
    std::erase_if(group.sampled, [](const RunFigure& figure) { return figure.values.empty(); });
  }
  record_.arguments = std::move(before.arguments);
  record_.begun = std::move(before.begun);
  record_.environment = std::move(before.environment);
  if (record_.model.name.empty()) record_.model = std::move(before.model);
  std::string gone_on;
  for (const auto& [name, value] : before.settings) {
    if (name == kGoneOn) gone_on = value + "; ";
  }
  record_.settings.emplace_back(kGoneOn,
                                gone_on + utc_time() + ", after " + std::to_string(whole) + " requests");
  record_.requests = std::move(requests);
  record_.groups = std::move(before.groups);
  record_.parts = std::move(before.parts);
  record_.parts_requests = static_cast<std::int64_t>(whole);
  begin_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(ended));
}

bool RunRecorder::begin_part(const std::string& part) const {
  return std::find(record_.parts.begin(), record_.parts.end(), part) == record_.parts.end();
}

void RunRecorder::end_part(const std::string& part) {
  record_.parts.push_back(part);
  record_.parts_requests = std::ssize(record_.requests);
  for (GroupRecord& group : record_.groups) {
    for (RunFigure& figure : group.sampled) figure.kept = figure.values.size();
  }
  save();
}

void RunRecorder::add(RequestRecord request) {
  request.number = std::ssize(record_.requests) + 1;
  record_.group(request.group);
  if (bundle_) note(bundle_->append(request));
  record_.requests.push_back(std::move(request));
}

void RunRecorder::add_sampled(const std::string& group, const std::vector<RunFigure>& figures) {
  std::vector<RunFigure>& own = record_.group(group).sampled;
  for (const RunFigure& figure : figures) {
    if (figure.values.empty()) continue;
    const auto found =
        std::find_if(own.begin(), own.end(), [&](const RunFigure& one) { return one.name == figure.name; });
    if (found == own.end()) {
      own.push_back(figure);
      continue;
    }
    found->values.insert(found->values.end(), figure.values.begin(), figure.values.end());
    found->divisors.insert(found->divisors.end(), figure.divisors.begin(), figure.divisors.end());
  }
}

void RunRecorder::save() {
  record_.seconds = now();
  if (!bundle_) return;
  settle(record_);
  note(bundle_->write_summary(record_));
}

void RunRecorder::finish(bool stopped) {
  record_.seconds = now();
  record_.stopped = stopped;
  record_.complete = !stopped;
  settle(record_);
  conclude(record_);
  if (bundle_) note(bundle_->write_reports(record_));
}

void RunRecorder::note(const Result<void>& written) {
  if (!written && !fault_) fault_ = written.error();
}

std::string utc_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

}  // namespace fovea::bench
