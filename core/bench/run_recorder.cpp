#include "core/bench/run_recorder.h"

#include "core/bench/report/conclusions.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace fovea::bench {

RunRecorder::RunRecorder(RunRecord record) : record_(std::move(record)) {
  record_.begun = utc_time();
}

Result<void> RunRecorder::keep_in(const std::filesystem::path& folder) {
  Result<RunBundle> bundle = RunBundle::create(folder, record_);
  if (!bundle) return bundle.error();
  bundle_.emplace(std::move(*bundle));
  return {};
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
