#include "core/hub/pull/segment_filler.h"

#include "core/hub/pull/hub_errors.h"

#include <algorithm>
#include <charconv>

namespace fovea {
namespace {

/// "bytes FIRST-LAST/TOTAL" as RFC 9110, 14.4 writes it; total nothing for "*".
struct ContentRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> total;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<ContentRange> content_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (!text.starts_with("bytes ") || dash == std::string_view::npos || slash == std::string_view::npos ||
      slash < dash)
    return std::nullopt;
  const std::optional<std::uint64_t> first = number(text.substr(6, dash - 6));
  if (!first) return std::nullopt;
  return ContentRange{*first, number(text.substr(slash + 1))};
}

Error keeps_changing(const std::string& path) {
  return {ErrorCode::kDamagedModel,
          path + " kept changing at the hub while it was fetched.",
          "Start it again later.",
          {}};
}

}  // namespace

void SegmentFiller::fill(const DownloadQueue::Task& task) {
  DownloadQueue::Job& job = *task.job;
  Retry retry(options_.retry);
  while (!queue_.stop_flag() && job.version == task.version) {
    const PartFile::Segment before = job.part->segments()[task.segment];
    if (before.complete()) return;
    const std::string link = queue_.link(job);
    const std::string url = link.empty() ? file_address(access_, listing_, job.item.file.path) : link;
    Finding finding = Finding::kNothing;
    const HttpOutcome outcome = ask(task, !link.empty(), url, finding);
    switch (finding) {
      case Finding::kOtherVersion:
        queue_.restart(job, keeps_changing(job.item.file.path));
        return;
      case Finding::kNoRanges:
        queue_.restart(job, keeps_changing(job.item.file.path), true);
        return;
      case Finding::kOutdated:
      case Finding::kWriteFailed:
        return;
      case Finding::kNothing:
        break;
    }
    const PartFile::Segment& after = job.part->segments()[task.segment];
    if (after.complete()) return;
    if (after.done > before.done) retry.progressed();
    if (!go_on(task, !link.empty(), outcome, retry)) return;
  }
}

HttpOutcome SegmentFiller::ask(const DownloadQueue::Task& task, bool by_link, const std::string& url,
                               Finding& finding) {
  DownloadQueue::Job& job = *task.job;
  const PartFile::Segment segment = job.part->segments()[task.segment];
  HttpRequest request{url, HttpRequest::Range{segment.begin + segment.done, segment.end - 1}};
  const bool whole_file = segment.begin == 0 && segment.end == job.item.file.bytes;
  if (whole_file && segment.done == 0) request.range.reset();

  bool inspected = false;
  HttpOutcome outcome = client_.get(request, [&](const HttpHead& head, std::string_view piece) {
    if (!inspected) finding = inspect(task, request, head);
    inspected = true;
    if (job.version != task.version) finding = Finding::kOutdated;
    if (finding != Finding::kNothing) return false;
    const PartFile::Segment& now = job.part->segments()[task.segment];
    const std::uint64_t room = now.end - now.begin - now.done;
    if (piece.size() > room) {  // longer than it should be
      finding = Finding::kOtherVersion;
      return false;
    }
    if (Result<void> written = job.part->append(task.segment, piece); !written) {
      finding = Finding::kWriteFailed;
      queue_.fail(written.error());
      return false;
    }
    queue_.count(static_cast<std::int64_t>(piece.size()));
    return true;
  });
  // Where the hub led to is asked directly from now on; its link may expire.
  const bool came = outcome.head.status == 200 || outcome.head.status == 206;
  if (!by_link && came && outcome.url != url) queue_.set_link(job, outcome.url);
  return outcome;
}

SegmentFiller::Finding SegmentFiller::inspect(const DownloadQueue::Task& task, const HttpRequest& request,
                                              const HttpHead& head) const {
  DownloadQueue::Job& job = *task.job;
  const std::uint64_t bytes = job.item.file.bytes;
  if (head.status == 206 && request.range) {
    const std::optional<ContentRange> range = content_range(head.header("content-range"));
    if (!range || range->first != request.range->first || (range->total && *range->total != bytes))
      return Finding::kOtherVersion;
  } else if (request.range) {
    return Finding::kNoRanges;
  } else if (head.number("content-length").value_or(bytes) != bytes) {
    return Finding::kOtherVersion;
  }
  return queue_.same_version(job, head.header("etag")) ? Finding::kNothing : Finding::kOtherVersion;
}

bool SegmentFiller::go_on(const DownloadQueue::Task& task, bool by_link, const HttpOutcome& outcome,
                          Retry& retry) {
  DownloadQueue::Job& job = *task.job;
  const std::string& path = job.item.file.path;
  if (outcome.end == HttpOutcome::End::kStopped) return false;
  const bool answered = outcome.end == HttpOutcome::End::kAnswered;
  const int status = outcome.head.status;
  if (answered && (status == 412 || status == 416)) {
    queue_.restart(job, keeps_changing(path));
    return false;
  }
  // A storage's link that expired: the hub gives a new one. Of a link just given that is trouble of theirs.
  const bool redirected = by_link || outcome.first.status != status;
  const bool refused_there = answered && redirected && status >= 400 && status < 500 && status != 429;
  const bool short_body = answered && (status == 200 || status == 206);
  HttpOutcome trouble = outcome;
  if (refused_there || short_body) trouble.end = HttpOutcome::End::kBroken;
  if (refused_there) queue_.set_link(job, {});
  if (refused_there && by_link) {
    if (retry.after(trouble)) return true;  // at once, but counted
    queue_.fail(request_error(access_, listing_.repository, trouble, path));
    return false;
  }
  // The hub was found a moment ago: a name that is not known now is a network that went away.
  const bool passing = is_passing(trouble) || trouble.end == HttpOutcome::End::kNoHost;
  const std::optional<RetryPause> pause = passing ? retry.after(trouble) : std::nullopt;
  if (!pause) {
    queue_.fail(request_error(access_, listing_.repository, trouble, path));
    return false;
  }
  return queue_.wait(*pause);
}

}  // namespace fovea
