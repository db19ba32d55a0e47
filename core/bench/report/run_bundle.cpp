#include "core/bench/report/run_bundle.h"

#include "core/bench/report/conclusions.h"
#include "core/bench/report/html_report.h"
#include "core/bench/report/record_json.h"
#include "core/bench/report/text_reports.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 30;

Error write_error(const fs::path& file, int fault) {
  const std::string name = file.filename().string();
  if (fault == ENOSPC || fault == EDQUOT || fault == EFBIG) {
    return {ErrorCode::kDiskFull, "There is no room for " + name + ".", "Name a folder on another disk.", {}};
  }
  if (fault == EACCES || fault == EPERM || fault == EROFS) {
    return {ErrorCode::kForbidden, name + " may not be written there.", "Name another folder.", {}};
  }
  return {ErrorCode::kInternal,
          name + " can't be written: " + std::generic_category().message(fault) + ".",
          "Name another folder.",
          {}};
}

/// All of it, or the number of the error.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Whoever measures holds the file: two runs in one folder would mix their requests. Where the file system
/// knows no locks nothing is held. False: somebody else holds it.
bool hold(int descriptor) {
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/// Under another name first, so that a reader never sees half a file.
Result<void> write_whole(const fs::path& file, std::string_view bytes) {
  const fs::path fresh = file.string() + ".new";
  const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return write_error(file, errno);
  const int fault = write_all(descriptor, bytes);
  close(descriptor);
  if (fault != 0) return write_error(file, fault);
  std::error_code moved;
  fs::rename(fresh, file, moved);
  if (moved) return write_error(file, moved.value());
  return {};
}

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::string> read_whole(const fs::path& file) {
  std::error_code fault;
  const std::uintmax_t bytes = fs::file_size(file, fault);
  std::ifstream stream(file, std::ios::binary);
  if (fault || !stream) {
    return Error{ErrorCode::kNotFound,
                 file.string() + " can't be read.",
                 "Name a folder that `fovea bench ... --out FOLDER` wrote.",
                 {}};
  }
  if (bytes > kLargestFile) {
    return Error{ErrorCode::kTooLarge, file.string() + " is over 1 GB.", "Measure fewer requests.", {}};
  }
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

Result<void> write_summary_in(const fs::path& folder, const RunRecord& record) {
  return write_whole(folder / "summary.json", text_of(summary_json(record), 2));
}

Result<void> write_reports_in(const fs::path& folder, const RunRecord& record) {
  if (Result<void> written = write_summary_in(folder, record); !written) return written;
  if (Result<void> written = write_whole(folder / "report.md", markdown_report(record)); !written)
    return written;
  if (Result<void> written = write_whole(folder / "requests.csv", requests_csv(record)); !written)
    return written;
  return write_whole(folder / "report.html", html_report(record));
}

}  // namespace

Result<RunBundle> RunBundle::create(const fs::path& folder, const RunRecord& record) {
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (fault) return write_error(folder, fault.value());
  if (!fs::is_empty(folder, fault)) {
    if (fault) return write_error(folder, fault.value());
    return Error{ErrorCode::kInvalidArgument, "There is something in " + folder.string() + " already.",
                 "Name a folder that is new or empty.", "--out"};
  }
  const fs::path file = folder / "requests.jsonl";
  const int requests = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (requests < 0) return write_error(file, errno);
  RunBundle bundle(folder, requests);
  hold(requests);
  if (Result<void> written = bundle.write_summary(record); !written) return written.error();
  return bundle;
}

Result<RunBundle> RunBundle::reopen(const fs::path& folder, const RunRecord& record) {
  const fs::path file = folder / "requests.jsonl";
  const int before = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (before < 0) return write_error(file, errno);
  const RunBundle held(folder, before);  // until the new file is
  if (!hold(before)) {
    return Error{ErrorCode::kInvalidArgument, "The run in " + folder.string() + " is still being measured.",
                 "Wait until it is over, or end it.", "--resume"};
  }
  std::string lines;
  for (const RequestRecord& request : record.requests) lines += text_of(request_json(request), -1);
  if (Result<void> written = write_whole(file, lines); !written) return written.error();
  const int requests = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (requests < 0) return write_error(file, errno);
  RunBundle bundle(folder, requests);
  hold(requests);
  if (Result<void> written = bundle.write_summary(record); !written) return written.error();
  return bundle;
}

RunBundle::RunBundle(RunBundle&& other) noexcept
    : folder_(std::move(other.folder_)), requests_(std::exchange(other.requests_, -1)) {}

RunBundle& RunBundle::operator=(RunBundle&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(requests_, other.requests_);
  return *this;
}

RunBundle::~RunBundle() {
  if (requests_ >= 0) close(requests_);
}

Result<void> RunBundle::append(const RequestRecord& request) {
  const int fault = write_all(requests_, text_of(request_json(request), -1));
  if (fault != 0) return write_error("requests.jsonl", fault);
  return {};
}

Result<void> RunBundle::write_summary(const RunRecord& record) {
  return write_summary_in(folder_, record);
}

Result<void> RunBundle::write_reports(const RunRecord& record) {
  return write_reports_in(folder_, record);
}

Result<RunRecord> read_bundle_head(const fs::path& folder) {
  const Result<std::string> summary = read_whole(folder / "summary.json");
  if (!summary) return summary.error();
  return record_of_summary(Json::parse(*summary, nullptr, false));
}

Result<RunRecord> read_bundle(const fs::path& folder) {
  Result<RunRecord> record = read_bundle_head(folder);
  if (!record) return record;
  const Result<std::string> lines = read_whole(folder / "requests.jsonl");
  if (!lines) return lines.error();
  std::string_view rest = *lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;  // cut off
    Result<RequestRecord> request = request_of(Json::parse(rest.substr(0, end), nullptr, false));
    if (!request) return request.error();
    record->group(request->group);
    record->requests.push_back(std::move(*request));
    rest.remove_prefix(end + 1);
  }
  settle(*record);
  return record;
}

Result<RunRecord> rebuild_reports(const fs::path& folder) {
  Result<RunRecord> record = read_bundle(folder);
  if (!record) return record;
  conclude(*record);
  if (Result<void> written = write_reports_in(folder, *record); !written) return written.error();
  return record;
}

}  // namespace fovea::bench
