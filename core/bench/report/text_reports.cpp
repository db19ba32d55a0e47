#include "core/bench/report/text_reports.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/units.h"

#include <set>
#include <string_view>

namespace fovea::bench {
namespace {

std::string gigabytes(double bytes) {
  return decimal_text(bytes / 1e9, bytes < 1e9 ? 3 : 1) + " GB";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string model_text(const RunRecord& record) {
  const ModelInfo& model = record.model;
  std::string text = model.name;
  if (!model.family.empty()) text += " (" + model.family + ")";
  if (!model.compute_type.empty()) text += ", " + model.compute_type;
  if (!model.device.empty()) text += " on " + model.device;
  if (!model.weight_format.empty()) text += " with " + model.weight_format + " weights";
  if (!model.kv_cache_type.empty() && model.kv_cache_type != model.compute_type)
    text += ", keys and values in " + model.kv_cache_type;
  if (model.weights_bytes > 0) text += ", " + gigabytes(static_cast<double>(model.weights_bytes));
  if (record.elsewhere) text += ", on a server";
  return text;
}

std::string gpu_text(const EnvironmentGpu& gpu) {
  std::string text = gpu.name;
  if (gpu.memory_bytes > 0) text += ", " + gigabytes(static_cast<double>(gpu.memory_bytes));
  if (gpu.clock_mhz > 0.0) text += ", at " + decimal_text(gpu.clock_mhz, 0) + " MHz";
  if (gpu.most_mhz > 0.0) text += " (at most " + decimal_text(gpu.most_mhz, 0) + ")";
  return text;
}

/// A cell must not end its row.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
  return out;
}

/// A field of CSV; text that a spreadsheet would take for a formula begins with an apostrophe.
std::string csv_field(std::string_view text) {
  const bool formula = !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = formula ? "\"'" : "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string figure_rows(const GroupRecord& group) {
  std::string out =
      "| figure | unit | mean | median | p90 | p99 | 95 % band | n "
      "|\n|---|---|---:|---:|---:|---:|---:|---:|\n";
  for (const RunFigure& figure : group.figures) {
    const Summary& s = figure.summary;
    const std::string spread = figure.rate()
                                   ? "| " + figure_text(s.mean) + " | | | |"
                                   : "| " + figure_text(s.mean) + " | " + figure_text(s.median) + " | " +
                                         figure_text(s.p90) + " | " + figure_text(s.p99) + " |";
    out += "| " + figure.name + " | " + figure.unit + " " + spread + " " + figure_text(figure.band.low) +
           " to " + figure_text(figure.band.high) + " | " + std::to_string(s.count) + " |\n";
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> circumstances(const RunRecord& record) {
  const Environment& e = record.environment;
  std::vector<std::pair<std::string, std::string>> out = {{"command", record.command()},
                                                          {"begun", record.begun},
                                                          {"took", decimal_text(record.seconds, 1) + " s"}};
  out.insert(out.end(), record.settings.begin(), record.settings.end());
  out.emplace_back("model", model_text(record));
  if (!record.elsewhere) {
    out.emplace_back("threads", record.threads == 0 ? "all cores" : std::to_string(record.threads));
  }
  out.emplace_back("program", "fovea " + e.program_version);
  out.emplace_back("processor", e.cpu + ", " + std::to_string(e.cores) + " cores" +
                                    (e.virtual_machine ? ", virtual machine" : ""));
  out.emplace_back("instructions", joined(e.cpu_flags));
  if (e.clock_mhz > 0.0) out.emplace_back("clock", decimal_text(e.clock_mhz, 0) + " MHz");
  out.emplace_back("governor", e.governor.empty() ? "not told by the system" : e.governor);
  for (const EnvironmentGpu& gpu : e.gpus) out.emplace_back("GPU", gpu_text(gpu));
  if (!e.gpu_driver.empty()) out.emplace_back("GPU driver", e.gpu_driver);
  out.emplace_back("memory", gigabytes(static_cast<double>(e.memory_bytes)) + ", " +
                                 gigabytes(static_cast<double>(e.free_bytes)) + " free");
  out.emplace_back("load before", decimal_text(e.load_average, 2) + " runnable processes (1 min)");
  if (e.read_before > 0.0) {
    out.emplace_back("memory read at",
                     gigabytes(e.read_before) + "/s before" +
                         (e.read_after > 0.0 ? ", " + gigabytes(e.read_after) + "/s after" : ""));
  }
  out.emplace_back("kernel", e.kernel);
  return out;
}

std::vector<std::pair<std::string, std::string>> formulas(const RunRecord& record) {
  std::vector<std::pair<std::string, std::string>> out;
  std::set<std::string> seen;
  for (const GroupRecord& group : record.groups) {
    for (const RunFigure& figure : group.figures) {
      if (seen.insert(figure.name).second) out.emplace_back(figure.name, figure.formula);
    }
  }
  return out;
}

namespace {

std::string table_markdown(const ReportTable& table) {
  std::string out = "## " + table.title + "\n\n";
  if (!table.remark.empty()) out += table.remark + "\n\n";
  std::string rule;
  for (const std::string& column : table.columns) {
    out += "| " + cell(column) + " ";
    rule += rule.empty() ? "|---" : "|---:";
  }
  out += "|\n" + rule + "|\n";
  for (const std::vector<std::string>& row : table.rows) {
    for (const std::string& one : row) out += "| " + cell(one) + " ";
    out += "|\n";
  }
  return out + "\n";
}

}  // namespace

std::string markdown_report(const RunRecord& record) {
  std::string out = "# fovea bench: " + record.name + "\n\n";
  if (!record.complete) out += "**Not complete**: the figures are of what was measured until it ended.\n\n";
  for (const std::string& finding : record.findings) out += "- " + finding + "\n";
  if (!record.findings.empty()) out += "\n";
  for (const ReportTable& table : record.tables) out += table_markdown(table);
  for (const GroupRecord& group : record.groups) {
    out += "## " + group.label + "\n\n" + std::to_string(group.requests) + " requests, " +
           std::to_string(group.failed) + " failed." +
           (group.outcome.empty() ? "" : " Ended: " + group.outcome + ".") + "\n\n";
    for (const std::string& note : group.notes) out += "- " + note + "\n";
    if (!group.notes.empty()) out += "\n";
    if (!group.figures.empty()) out += figure_rows(group) + "\n";
  }
  out += "## Formulas\n\n| figure | is |\n|---|---|\n";
  for (const auto& [name, formula] : formulas(record)) out += "| " + name + " | " + cell(formula) + " |\n";
  out +=
      "\nA band holds the median (the value, for a rate) in 95 % of samples drawn from the measured ones; it "
      "says "
      "nothing of how the machine changes from run to run.\n\n## Circumstances\n\n| | |\n|---|---|\n";
  for (const auto& [name, value] : circumstances(record))
    out += "| " + cell(name) + " | " + cell(value) + " |\n";
  return out;
}

std::string requests_csv(const RunRecord& record) {
  std::string out =
      "number,group,run,sent_s,late_ms,ended_s,ttft_ms,tpot_ms,e2el_ms,total_ms,prompt_tokens,vision_tokens,"
      "completion_tokens,vision_reused,prefix_reused,draft_accepted,preemptions";
  for (std::size_t i = 0; i < kStageCount; ++i) {
    out += "," + std::string(stage_name(static_cast<Stage>(i))) + "_ms";
  }
  out += ",error\r\n";
  for (const RequestRecord& request : record.requests) {
    const RequestMetrics& m = request.metrics;
    const bool begun = !m.token_times.empty();
    const auto told = [&](bool untold, std::int64_t count) { return untold ? "" : std::to_string(count); };
    const auto ms = [](double seconds) { return decimal_text(kMilliseconds * seconds, 3); };
    out += std::to_string(request.number) + "," + csv_field(request.group) + "," +
           std::to_string(request.run) + "," + decimal_text(request.sent_seconds, 6) + "," +
           ms(request.late_seconds) + "," + decimal_text(request.ended_seconds, 6) + "," +
           (begun ? ms(m.ttft()) : "") + "," + (m.tpot() > 0.0 ? ms(m.tpot()) : "") + "," +
           ms(request.e2el()) + "," + ms(m.total_seconds) + "," + told(m.untold.tokens, m.prompt_tokens) +
           "," + told(m.untold.vision, m.vision_tokens) + "," + told(m.untold.tokens, m.completion_tokens) +
           "," + std::to_string(m.vision_reused) + "," + std::to_string(m.prefix_reused) + "," +
           std::to_string(m.draft_accepted) + "," + std::to_string(m.preemptions);
    for (std::size_t i = 0; i < kStageCount; ++i) out += "," + ms(m.stages[static_cast<Stage>(i)]);
    out += "," + csv_field(request.error) + "\r\n";
  }
  return out;
}

}  // namespace fovea::bench
