#include "core/watch/metrics_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace fovea::watch {
namespace {

bool parse_value(std::string_view text, double& value) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  text = text.substr(0, text.find(' '));  // a time may follow
  if (text == "+Inf") {
    value = std::numeric_limits<double>::infinity();
    return true;
  }
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size();
}

/// `name="value",...}`; the rest after the bracket, or nothing if it is no list of labels.
bool parse_labels(std::string_view& text, std::map<std::string, std::string>& labels) {
  while (!text.empty() && text.front() != '}') {
    const std::size_t equals = text.find("=\"");
    if (equals == std::string_view::npos) return false;
    const std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
      value += text.front();
      text.remove_prefix(1);
    }
    if (text.empty()) return false;
    text.remove_prefix(1);
    if (text.starts_with(',')) text.remove_prefix(1);
    labels[name] = std::move(value);
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  return true;
}

/// Bucket bounds and cumulative counts, ascending, over all other labels.
std::map<double, double> buckets(const MetricsText& metrics, const std::string& name) {
  std::map<double, double> out;
  const auto found = metrics.values.find(name + "_bucket");
  if (found == metrics.values.end()) return out;
  for (const MetricsText::Value& one : found->second) {
    const auto bound = one.labels.find("le");
    double value = 0.0;
    if (bound != one.labels.end() && parse_value(bound->second, value)) out[value] += one.value;
  }
  return out;
}

}  // namespace

MetricsText MetricsText::parse(std::string_view text) {
  MetricsText out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t end = line.find_first_of("{ ");
    if (end == std::string_view::npos || end == 0) continue;
    const std::string name(line.substr(0, end));
    const bool labelled = line[end] == '{';
    line.remove_prefix(end + 1);
    Value one;
    if (labelled && !parse_labels(line, one.labels)) continue;
    if (parse_value(line, one.value)) out.values[name].push_back(std::move(one));
  }
  return out;
}

double MetricsText::sum(const std::string& name) const {
  const auto found = values.find(name);
  double sum = 0.0;
  if (found == values.end()) return sum;
  for (const Value& one : found->second) sum += one.value;
  return sum;
}

double MetricsText::sum_where(const std::string& name, const std::string& label,
                              const std::vector<std::string>& any) const {
  const auto found = values.find(name);
  double sum = 0.0;
  if (found == values.end()) return sum;
  for (const Value& one : found->second) {
    const auto at = one.labels.find(label);
    if (at != one.labels.end() && std::find(any.begin(), any.end(), at->second) != any.end())
      sum += one.value;
  }
  return sum;
}

double histogram_quantile(const MetricsText& after, const MetricsText& before, const std::string& name,
                          double q) {
  std::map<double, double> counts = buckets(after, name);
  for (const auto& [bound, count] : buckets(before, name)) {
    const auto found = counts.find(bound);
    if (found != counts.end()) found->second -= count;
  }
  const double total = counts.empty() ? 0.0 : counts.rbegin()->second;
  if (!(total > 0.0)) return -1.0;
  const double rank = q * total;
  double low = 0.0;
  double below = 0.0;
  for (const auto& [bound, count] : counts) {
    if (count >= rank) {
      if (std::isinf(bound) || count <= below) return low;
      return low + (bound - low) * (rank - below) / (count - below);
    }
    low = bound;
    below = count;
  }
  return low;
}

}  // namespace fovea::watch
