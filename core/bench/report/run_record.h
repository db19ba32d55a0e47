#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/report/environment.h"
#include "core/bench/report/run_figure.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea::bench {

/// One request of a run: when it was sent, what it cost, how it ended.
struct RequestRecord {
  std::int64_t number = 0;     ///< counted from 1, in the order of sending
  std::string group;           ///< label of its group
  int run = 1;                 ///< which repetition of the group, counted from 1
  double sent_seconds = 0.0;   ///< since the run began
  double late_seconds = 0.0;   ///< sent so long after its time had come; 0 where it had no time of its own
  double ended_seconds = 0.0;  ///< since the run began
  RequestMetrics metrics;      ///< peak_memory_bytes and untold among them
  std::string error_code;      ///< as error_code_name(); empty: it was answered
  std::string error;           ///< in words
  std::string answer;          ///< kept where answers are compared, else empty
  std::string wanted;          ///< the answer that is true, where one is known

  bool failed() const { return !error_code.empty(); }
  /// End-to-end latency in seconds: submission to the last token; to its end where it has no token.
  double e2el() const {
    return metrics.token_times.empty() ? metrics.total_seconds : metrics.token_times.back();
  }
};

/// The record of an answer, without what only the caller knows (number, group, times).
RequestRecord record_of(const CollectedAnswer& answer);

/// Limits on a request, in milliseconds; unset: none. A request that keeps to all of them is a good one.
struct LatencyLimits {
  std::optional<double> ttft_ms;
  std::optional<double> tpot_ms;
  std::optional<double> e2el_ms;

  bool any() const { return ttft_ms || tpot_ms || e2el_ms; }
  bool kept_by(const RequestRecord& request) const;
  /// "ttft:500 tpot:50".
  std::string text() const;
};

/// Requests that belong together: one rate, one batch size, one state of a switch.
struct GroupRecord {
  std::string label;               ///< "4 at once"
  double x = 0.0;                  ///< where it stands on the run's axis
  std::string outcome;             ///< why it ended early ("out of memory"), or empty
  std::vector<std::string> notes;  ///< whole sentences
  std::int64_t requests = 0;       ///< warm-up not counted
  std::int64_t failed = 0;
  std::vector<RunFigure> sampled;  ///< measured beside the requests: memory, CPU
  std::vector<RunFigure> figures;  ///< of the requests, then the sampled ones; made by settle()
};

/// The figure of that name, or null where the group has none.
const RunFigure* find(const GroupRecord& group, std::string_view name);

/// Rows that a report shows as they are.
struct ReportTable {
  std::string title;
  std::string remark;  ///< a sentence below the title, or empty
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< as many cells each as there are columns
};

/// All that is known of a run. What its bundle holds, and what reports are made from.
struct RunRecord {
  std::string name;                    ///< "load", "batch sweep"
  std::vector<std::string> arguments;  ///< after `fovea`: {"bench", "load", "--rate", "2"}
  std::string begun;                   ///< UTC, ISO 8601
  double seconds = 0.0;                ///< that it took so far
  bool complete = false;               ///< its last request is in it
  bool stopped = false;                ///< ended early on the user's word
  Environment environment;
  ModelInfo model;
  int threads = 0;            ///< for arithmetic, as asked for; 0: all cores
  bool elsewhere = false;     ///< the model ran on a server: memory and CPU figures are those of this process
  double load_seconds = 0.0;  ///< of the model; -1: not known
  /// How it was measured, in words: ("rate", "2 requests/s").
  std::vector<std::pair<std::string, std::string>> settings;
  std::string axis;                     ///< what GroupRecord::x counts, or empty
  LatencyLimits limits;                 ///< goodput counts what keeps to these
  std::vector<RequestRecord> requests;  ///< in the order in which they ended; warm-up not among them
  std::vector<GroupRecord> groups;
  std::vector<std::string> parts;     ///< of the run that are whole; see RunRecorder
  std::int64_t parts_requests = 0;    ///< requests in them: the first so many
  std::vector<std::string> findings;  ///< what follows for the user, whole sentences
  std::vector<ReportTable> tables;    ///< comparisons of groups; made by conclude()

  /// The group of that label; added at the end if there is none.
  GroupRecord& group(const std::string& label, double x = 0.0);
  /// "fovea bench load --rate 2", quoted where a shell needs it.
  std::string command() const;
};

/// Counts and figures of every group from the requests. Cost: some 2000 resamples a figure.
void settle(RunRecord& record);

}  // namespace fovea::bench
