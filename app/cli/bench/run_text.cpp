#include "app/cli/bench/run_text.h"

#include "app/cli/model_loading.h"
#include "app/cli/model_output.h"
#include "core/bench/report/figure_text.h"

#include <array>
#include <set>
#include <string_view>
#include <vector>

namespace fovea::cli {
namespace {

/// A column of the table: a figure and which of its numbers.
struct Column {
  std::string_view title;
  std::string_view figure;
  bool p99 = false;
};

constexpr std::array kColumns = {
    Column{"TTFT ms", "ttft_ms"},
    Column{"P99", "ttft_ms", true},
    Column{"TPOT ms", "tpot_ms"},
    Column{"E2EL ms", "e2el_ms"},
    Column{"P99", "e2el_ms", true},
    Column{"REQUESTS/S", "request_throughput"},
    Column{"GOOD/S", "request_goodput"},
    Column{"TOKENS/S", "output_throughput"},
    Column{"TOKENS/S A GB", "throughput_per_gb"},
    Column{"VISION TOKENS", "vision_tokens"},
    Column{"EDITS %", "answer_edits_percent"},
    Column{"MEMORY MB", "memory_mb"},
    Column{"CPU %", "cpu_percent"},
    Column{"WATTS", "watts"},
    Column{"MACHINE W", "machine_watts"},
    Column{"GPU %", "gpu_percent"},
    Column{"GPU MB", "gpu_memory_mb"},
    Column{"GPU W", "gpu_watts"},
};

bool any(const bench::RunRecord& record, std::string_view name) {
  for (const bench::GroupRecord& group : record.groups) {
    if (bench::find(group, name) != nullptr) return true;
  }
  return false;
}

std::string table(const bench::RunRecord& record) {
  std::vector<std::vector<std::string>> rows = {{"GROUP", "REQUESTS", "FAILED"}};
  for (const Column& column : kColumns) {
    if (any(record, column.figure)) rows.front().emplace_back(column.title);
  }
  for (const bench::GroupRecord& group : record.groups) {
    std::vector<std::string> row = {group.label, std::to_string(group.requests),
                                    std::to_string(group.failed)};
    for (const Column& column : kColumns) {
      if (!any(record, column.figure)) continue;
      const bench::RunFigure* figure = bench::find(group, column.figure);
      row.push_back(
          figure == nullptr ? "-" : bench::figure_text(column.p99 ? figure->summary.p99 : figure->value()));
    }
    if (!group.outcome.empty()) row.push_back(group.outcome);
    rows.push_back(std::move(row));
  }
  return in_columns(rows);
}

std::string formulas(const bench::RunRecord& record) {
  std::set<std::string_view> shown;
  std::string out;
  for (const Column& column : kColumns) {
    if (!shown.insert(column.figure).second) continue;
    for (const bench::GroupRecord& group : record.groups) {
      const bench::RunFigure* figure = bench::find(group, column.figure);
      if (figure == nullptr) continue;
      out += "  " + figure->name + " = " + figure->formula + "\n";
      break;
    }
  }
  return out;
}

}  // namespace

std::string run_text(const bench::RunRecord& record) {
  std::string out = model_line(record.model) + "\n\n" + table(record);
  out += "Medians; rates over the whole duration.\n";
  for (const bench::ReportTable& shown : record.tables) {
    std::vector<std::vector<std::string>> rows = {shown.columns};
    rows.insert(rows.end(), shown.rows.begin(), shown.rows.end());
    out += "\n" + shown.title + "\n" + in_columns(rows);
  }
  for (const bench::GroupRecord& group : record.groups) {
    for (const std::string& note : group.notes) out += "\n" + group.label + ": " + note;
    if (!group.notes.empty()) out += "\n";
  }
  if (!record.findings.empty()) out += "\n";
  for (const std::string& finding : record.findings) out += finding + "\n";
  const bench::Environment& e = record.environment;
  if (e.read_before > 0.0) {
    out += "\nMemory was read at " + bench::figure_text(e.read_before / 1e9) + " GB/s before" +
           (e.read_after > 0.0 ? " and " + bench::figure_text(e.read_after / 1e9) + " GB/s after" : "") +
           "; the load before was " + bench::figure_text(e.load_average) + ".\n";
  }
  if (record.stopped) out += "Stopped before the end; these are the requests until then.\n";
  return out + "\n" + formulas(record);
}

}  // namespace fovea::cli
