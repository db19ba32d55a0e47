#include "core/bench/report/html_report.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/report/report_charts.h"
#include "core/bench/report/report_style.h"
#include "core/bench/report/svg_chart.h"
#include "core/bench/report/text_reports.h"
#include "core/bench/units.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fovea::bench {
namespace {

constexpr std::size_t kMostListed = 1000;

std::string number_cell(const std::string& text) {
  return "<td class=n>" + escaped(text) + "</td>";
}

std::string pairs_table(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out = "<div class=wide><table>";
  for (const auto& [name, value] : pairs) {
    out += "<tr><th scope=row>" + escaped(name) + "</th><td>" +
           (name == "command" ? "<code>" + escaped(value) + "</code>" : escaped(value)) + "</td></tr>";
  }
  return out + "</table></div>";
}

std::string figure_table(const GroupRecord& group) {
  std::string out =
      "<div class=wide><table><thead><tr><th scope=col>figure</th><th scope=col>unit</th><th scope=col "
      "class=n>mean"
      "</th><th scope=col class=n>median</th><th scope=col class=n>p90</th><th scope=col class=n>p99</th>"
      "<th scope=col class=n>95 % band</th><th scope=col class=n>n</th></tr></thead><tbody>";
  for (const RunFigure& figure : group.figures) {
    const Summary& s = figure.summary;
    const auto spread = [&](double value) { return number_cell(figure.rate() ? "" : figure_text(value)); };
    out += "<tr><th scope=row>" + escaped(figure.name) + "</th><td>" + escaped(figure.unit) + "</td>" +
           number_cell(figure_text(s.mean)) + spread(s.median) + spread(s.p90) + spread(s.p99) +
           number_cell(figure_text(figure.band.low) + " to " + figure_text(figure.band.high)) +
           number_cell(std::to_string(s.count)) + "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string table_section(const ReportTable& table) {
  std::string out = "<h2>" + escaped(table.title) + "</h2>";
  if (!table.remark.empty()) out += "<p class=soft>" + escaped(table.remark) + "</p>";
  out += "<div class=wide><table><thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    out += (i == 0 ? "<th scope=col>" : "<th scope=col class=n>") + escaped(table.columns[i]) + "</th>";
  out += "</tr></thead><tbody>";
  for (const std::vector<std::string>& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += i == 0 ? "<th scope=row>" + escaped(row[i]) + "</th>" : number_cell(row[i]);
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string groups_section(const RunRecord& record) {
  std::string out = "<h2>Figures</h2>";
  for (const GroupRecord& group : record.groups) {
    const bool open = record.groups.size() <= 3;
    out += std::string("<details") + (open ? " open" : "") + "><summary><b>" + escaped(group.label) +
           "</b>, " + std::to_string(group.requests) + " requests, " + std::to_string(group.failed) +
           " failed" + (group.outcome.empty() ? "" : ", ended: " + escaped(group.outcome)) + "</summary>";
    out += figure_table(group) + "</details>";
  }
  return out +
         "<p class=soft>A band holds the median (the value, for a rate) in 95 % of samples drawn from the "
         "measured ones. It says nothing of how the machine changes from run to run.</p>";
}

std::string request_row(const RequestRecord& request) {
  const RequestMetrics& m = request.metrics;
  const auto ms = [&](double seconds) { return number_cell(figure_text(kMilliseconds * seconds)); };
  std::string longest;
  double most = 0.0;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    if (m.stages[stage] <= most) continue;
    most = m.stages[stage];
    longest = std::string(stage_name(stage)) + " " + figure_text(kMilliseconds * most);
  }
  return "<tr>" + number_cell(std::to_string(request.number)) + "<td>" + escaped(request.group) + "</td>" +
         number_cell(decimal_text(request.sent_seconds, 2)) + ms(m.ttft()) + ms(m.tpot()) +
         ms(request.e2el()) + number_cell(std::to_string(m.prompt_tokens)) +
         number_cell(std::to_string(m.completion_tokens)) + "<td>" + escaped(longest) + "</td><td>" +
         escaped(request.error) + "</td></tr>";
}

std::string requests_section(const RunRecord& record) {
  const std::size_t listed = std::min(record.requests.size(), kMostListed);
  std::string out =
      "<h2>Requests</h2><details><summary>" + std::to_string(listed) + " of " +
      std::to_string(record.requests.size()) +
      "</summary><div class=wide><table><thead><tr><th scope=col class=n>number</th><th scope=col>group</th>"
      "<th scope=col class=n>sent, s</th><th scope=col class=n>TTFT, ms</th><th scope=col class=n>TPOT, "
      "ms</th>"
      "<th scope=col class=n>E2EL, ms</th><th scope=col class=n>prompt</th><th scope=col class=n>new</th>"
      "<th scope=col>longest stage, ms</th><th scope=col>error</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < listed; ++i) out += request_row(record.requests[i]);
  return out + "</tbody></table></div></details>";
}

}  // namespace

std::string html_report(const RunRecord& record) {
  const std::string title = "fovea bench: " + record.name;
  std::string out =
      "<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
      "<meta name=viewport content=\"width=device-width\"><title>" +
      escaped(title) + "</title><style>" + kReportStyle + "</style></head><body>" + kReportPatterns + "<h1>" +
      escaped(title) + "</h1><p class=soft>" + escaped(record.model.name) + " · " + escaped(record.begun) +
      " · " + decimal_text(record.seconds, 1) + " s · <code>" + escaped(record.command()) + "</code></p>";
  if (!record.complete) {
    out += "<p class=warning>Not complete: these are the figures of what was measured until it ended.</p>";
  }
  std::string findings;
  for (const std::string& finding : record.findings) findings += "<li>" + escaped(finding) + "</li>";
  for (const GroupRecord& group : record.groups) {
    for (const std::string& note : group.notes) {
      findings += "<li>" + escaped(group.label) + ": " + escaped(note) + "</li>";
    }
  }
  if (!findings.empty()) out += "<ul class=findings>" + findings + "</ul>";
  for (const ReportTable& table : record.tables) out += table_section(table);
  for (const ReportChart& chart : report_charts(record)) {
    out += "<figure><figcaption>" + escaped(chart.title) + "<small>" + escaped(chart.remark) +
           "</small></figcaption>" + chart.svg + "</figure>";
  }
  out += groups_section(record);
  out += "<h2>Formulas</h2>" + pairs_table(formulas(record));
  out += "<h2>Circumstances</h2>" + pairs_table(circumstances(record));
  return out + requests_section(record) + "</body></html>\n";
}

}  // namespace fovea::bench
